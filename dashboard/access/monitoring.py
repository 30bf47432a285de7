"""Who watches the server (监控): health and counters are for the monitoring of this machine, or the addresses named; not for what a proxy passes on."""

from starlette.requests import HTTPConnection

from dashboard.web.settings import atlas
from etl.model.errors import AtlasError

FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def is_monitoring(connection: HTTPConnection) -> bool:
    """The peer is the socket's: a forwarding header never makes anybody the monitoring."""
    peer = connection.client.host if connection.client else ""
    return peer in atlas().server.metrics_from and not any(name in connection.headers for name in FORWARDED)


def reason_for(connection: HTTPConnection, error: AtlasError) -> str:
    """What is wrong, for the monitoring. It may name folders, lines and values of the settings, so others are told no more than that it is."""
    return error.text.en if is_monitoring(connection) else "see the server's log"
