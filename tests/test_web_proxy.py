"""Whose address is counted behind a proxy (限额按谁的地址计): what the configured proxy saw, never what a client writes about itself."""

import pytest
from starlette.datastructures import Headers

from dashboard.access import doors
from dashboard.access.doors import client_address
from dashboard.web.atlas_file import Proxy


@pytest.fixture(autouse=True)
def behind(monkeypatch: pytest.MonkeyPatch) -> None:
    class Settings:
        proxy = Proxy(addresses=("10.0.0.5/32",))

    monkeypatch.setattr(doors, "atlas", Settings)


def seen(peer: str, *told: str) -> str:
    return client_address(Headers(raw=[(b"x-forwarded-for", one.encode()) for one in told]), peer)


def test_without_the_proxy_nothing_told_is_believed() -> None:
    assert seen("203.0.113.9", "198.51.100.1") == "203.0.113.9"
    assert seen("127.0.0.1", "198.51.100.1") == "127.0.0.1"


def test_of_the_proxy_the_last_address_counts() -> None:
    assert seen("10.0.0.5", "203.0.113.9") == "203.0.113.9"
    assert seen("10.0.0.5", "198.51.100.1, 203.0.113.9") == "203.0.113.9"
    assert seen("10.0.0.5", "198.51.100.1", "203.0.113.9") == "203.0.113.9", "a second line of the proxy below the client's own"
    assert seen("10.0.0.5") == "10.0.0.5"
