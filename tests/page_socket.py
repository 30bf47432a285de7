"""Asking for a page over the socket itself, as a browser's script does or as somebody forges it: what comes back is all a reader is sent."""

from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect


@dataclass
class PageSocket:
    """One open socket."""

    socket: ClientConnection

    def run(self, page: str, query: str = "", widgets: dict[str, str] | None = None, fragment: str = "", timeout: float = 120) -> list[ForwardMsg]:
        """The messages of one run of a page. Raises ConnectionClosed when the server ends the socket instead."""
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        message.rerun_script.fragment_id = fragment
        for key, value in (widgets or {}).items():
            message.rerun_script.widget_states.widgets.append(WidgetState(id=key, string_value=value))
        self.socket.send(message.SerializeToString())
        found = []
        while True:
            part = ForwardMsg()
            part.ParseFromString(self.socket.recv(timeout=timeout))
            found.append(part)
            if part.WhichOneof("type") == "script_finished":
                return found

    def text(self, page: str, query: str = "", **more: object) -> str:
        """Everything a run sent, as text in which names and codes can be looked for."""
        found = self.run(page, query, **more)  # type: ignore[arg-type]
        return b"\n".join(part.SerializeToString() for part in found).decode("utf-8", "replace")


def open_socket(port: int, cookies: dict[str, str] | None = None, **headers: str) -> PageSocket:
    """A socket to the page server with these cookies. Header names with `_` for `-`; Origin and Host as a browser sends them by default."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    origin = given.pop("Origin", f"http://127.0.0.1:{port}")
    if cookies:
        given["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return PageSocket(connect(
        f"ws://127.0.0.1:{port}/_stcore/stream", origin=origin or None, subprotocols=["streamlit"], additional_headers=given, max_size=None,
        open_timeout=60, user_agent_header=None, proxy=None,
    ))  # fmt: skip
