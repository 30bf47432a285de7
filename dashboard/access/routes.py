"""The addresses of signing in and out (登录路由)."""

from starlette.routing import BaseRoute, Route

from dashboard.access.sign_in import show_sign_in, try_sign_in
from dashboard.access.sign_in_provider import come_from_provider, go_to_provider
from dashboard.access.sign_out import session_state, sign_out

SIGN_IN_ROUTES: tuple[BaseRoute, ...] = (
    Route("/sign-in", show_sign_in, methods=["GET"]),
    Route("/sign-in", try_sign_in, methods=["POST"]),
    Route("/sign-out", sign_out, methods=["GET", "POST"]),
    Route("/session", session_state, methods=["GET"]),
    Route("/oidc/{provider}/start", go_to_provider, methods=["GET"]),
    Route("/oidc/{provider}/callback", come_from_provider, methods=["GET"]),
)
