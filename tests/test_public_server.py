"""The public server: its short list of addresses, answers from memory, and no file opened but public.duckdb."""

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from dashboard.public.server import make_public_app
from dashboard.public.settings import KioskSettings, read_kiosk
from dashboard.web.settings import use_atlas
from etl.model.errors import CallError
from etl.model.feed_filters import FEED_FILTERS
from tests.hostile import ALL
from tests.http_server import Client, served

TABS = ("", "tab=solved", "tab=funds", "tab=premises", "tab=service")


@pytest.fixture(scope="module")
def warehouse(demo_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration build with everything but manifest and public tables taken away."""
    folder = tmp_path_factory.mktemp("public-only") / "warehouse"
    shutil.copytree(demo_warehouse, folder)
    build = folder / (folder / "CURRENT").read_text().strip()
    (build / "warehouse.duckdb").unlink()
    shutil.rmtree(build / "tiles")
    return folder


@pytest.fixture(scope="module")
def client(warehouse: Path) -> Iterator[Client]:
    use_atlas(None)
    with served(make_public_app(warehouse)) as client:
        yield client


class Tags(HTMLParser):
    """Everything a page loads or leads to, and whether its tags close."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in ("meta", "link", "br", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, (tag, self.open[-5:])
        self.open.pop()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("tab", TABS)
def test_every_page_is_whole_and_loads_nothing_from_outside(client: Client, tab: str, lang: str) -> None:
    page = client.get(f"/public?{tab}&lang={lang}")
    assert page.status == 200 and "text/html" in page.headers["content-type"]
    tags = Tags()
    tags.feed(page.text)
    assert tags.open == []
    assert all(link.startswith(("/public", "/assets/", "/kiosk")) for link in tags.links), tags.links
    assert "<script" not in page.text and "st-key-data-stamp" in page.text
    for link in sorted(set(tags.links)):
        assert client.get(link).status == 200, link


def test_every_area_opens_and_shows_its_name(client: Client) -> None:
    tags = Tags()
    tags.feed(client.get("/public").text)
    areas = [link for link in dict.fromkeys(tags.links) if "unit=" in link]
    assert areas
    for link in areas:
        assert client.get(link).status == 200


def test_an_unchanged_page_is_a_304(client: Client) -> None:
    for address in ("/public", "/public?tab=funds&lang=en", "/kiosk/screens.json", "/assets/public.css?1"):
        first = client.get(address)
        again = client.get(address, If_None_Match=first.headers["etag"])
        assert (again.status, again.body) == (304, b"")
        assert client.get(address, If_None_Match='"another"').status == 200
        packed = client.get(address, Accept_Encoding="gzip")
        assert packed.headers.get("content-encoding") == "gzip" and len(packed.body) < len(first.body)


def test_nothing_else_is_there(client: Client, warehouse: Path) -> None:
    build = (warehouse / "CURRENT").read_text().strip()
    for address in ("/overview", "/explore", "/export/x", "/painted/x", f"/tiles/{build}/micro.pmtiles", f"/names/{build}.json", "/_stcore/stream", "/_stcore/health", "/media/x", "/static/",
                    "/assets/atlas.js", "/assets/../server.py", "/assets/%2e%2e/__init__.py", f"/{build}/public.duckdb", "/manifest.json", "/sign-in", "/component/x", "/public/x"):  # fmt: skip
        assert client.get(address).status == 404, address


def test_no_filter_and_no_date_changes_an_answer(client: Client) -> None:
    plain = client.get("/public").body
    for asked in ("from=2026-10-01&to=2026-10-07", "from=2026-10-01&to=2026-10-06", "category=1101", "source=12345", "level=micro", "ind=close_rate", "where=1", "lead_unit=x", "month=2026-10", "status=closed", *(f"{name}={next(iter(one.values), '中心')}" for name, one in FEED_FILTERS.items()), "row=minutes:0-5", "units=590101"):
        assert client.get(f"/public?{asked}").body == plain, asked


@pytest.mark.parametrize("payloads", [random.Random(7).sample(ALL, 60), pytest.param(ALL, marks=pytest.mark.soak)], ids=["sample", "full"])
def test_every_attack_as_a_value_gives_the_page_of_an_unknown_one(client: Client, payloads: list[str]) -> None:
    """On each of the addresses, in each parameter; an unknown area is named in words and changes nothing else."""
    for path in ("/public", "/kiosk", "/kiosk/screens.json"):
        plain = client.get(path).text
        for payload in payloads:
            value = quote(payload.encode("utf-8", "replace"), safe="")
            for name in ("unit", "tab", "p", "lang", "theme", "kiosk", "from", "category", value[:200]):
                if (name, payload.strip()) in {("lang", "en"), ("theme", "light"), ("kiosk", "1")} or (name == "p" and payload.strip().isdigit()):
                    continue
                answer = client.get(f"{path}?{name}={value[:3000]}")
                said = re.sub(r'<p class="gp-note" role="status">[^<]*</p>|(?<=\?)unit=\w{1,64}&amp;(?=lang=)', "", answer.text)  # what names it, as words
                assert answer.status == 200 and said == plain, (path, name, payload)


def test_words_of_the_address_come_back_harmless(client: Client) -> None:
    page = client.get("/public?unit=%3Cscript%3Ealert(1)%3C/script%3E&tab=%22onload=&p=-1&lang=%3C").text
    assert "<script" not in page and "&lt;script&gt;" in page
    for asked in ("unit=%00", "unit=" + "x" * 5000, "p=99999999999", "p=%E4%B8%80", "unit=../../etc", "tab[]=1"):
        assert client.get(f"/public?{asked}").status == 200


def test_headers(client: Client) -> None:
    page = client.get("/public")
    assert "script-src 'self'" in page.headers["content-security-policy"] and page.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in page.headers
    assert client.get("/public?kiosk=1&lang=en").headers["location"] == "/kiosk?lang=en"
    assert client.get("/?lang=en").headers["location"] == "/public?lang=en"


def test_the_wall_has_its_screens_and_a_code_to_scan(client: Client) -> None:
    found = client.get("/kiosk/screens.json").json()
    assert [screen["id"] for screen in found["screens"]] == [name for name, _ in KioskSettings().pages]
    assert all(screen["html"].count("<") > 20 and screen["seconds"] == 20 for screen in found["screens"])
    assert found["qr"].startswith('<figure class="gk-qr"><svg') and found["data_date"] == "2026-10-31"
    screens = {screen["id"]: screen["html"] for screen in found["screens"]}
    assert "2025年11月至2026年10月" in screens["summary"] and "历年合计" in screens["funds"], "counts say of which months they are"
    if "service" in screens:
        asked = [int(n.replace(",", "")) for n in re.findall(r'<td class="num"[^>]*>([\d,]+)</td>', screens["service"])]
        assert asked and asked == sorted(asked, reverse=True), "the wall has room for the most asked for"
    shell = client.get("/kiosk?theme=light")
    assert 'data-theme="light"' in shell.text and client.get("/kiosk").text.count('data-theme="dark"') == 1


def test_a_newer_build_is_followed_and_a_bad_one_is_not(demo_warehouse: Path, tmp_path: Path) -> None:
    folder = tmp_path / "warehouse"
    shutil.copytree(demo_warehouse, folder)
    good = (folder / "CURRENT").read_text().strip()
    app = make_public_app(folder)
    with served(app) as client:
        assert client.get("/healthz").json()["build_id"] == good
        before = client.get("/public").body
        bad = folder / "99990101-000000-bad0"
        shutil.copytree(folder / good, bad)
        damaged = bytearray((bad / "public.duckdb").read_bytes())
        damaged[len(damaged) // 2] ^= 1
        (bad / "public.duckdb").write_bytes(damaged)
        (folder / "CURRENT").write_text(bad.name)
        app.state.site.serving.refresh(True)
        health = client.get("/healthz").json()
        assert health["build_id"] == good and "damaged" in health["warning"] and client.get("/public").body == before
        (folder / "CURRENT").write_text(good)
        app.state.site.serving.refresh(True)
        assert "warning" not in client.get("/healthz").json()


def test_without_a_build_the_server_says_so_and_waits(tmp_path: Path) -> None:
    with served(make_public_app(tmp_path / "nothing")) as client:
        assert client.get("/healthz").status == 503
        page = client.get("/public")
        assert page.status == 503 and 'http-equiv="refresh"' in page.text and page.headers["retry-after"] == "5"
        assert client.get("/kiosk").status == 200 and client.get("/kiosk/screens.json").status == 503
        assert str(tmp_path) not in page.text + client.get("/kiosk/screens.json").text and "etl build" not in page.text, "that is for the log"


def test_what_is_wrong_is_told_to_the_monitoring_only(tmp_path: Path) -> None:
    with served(make_public_app(tmp_path / "nothing")) as client:
        assert "etl build" in client.get("/healthz").json()["reason"] and client.get("/metrics").status == 200
        for through in ({"X_Forwarded_For": "10.1.1.1"}, {"Forwarded": "for=10.1.1.1"}, {"Via": "1.1 proxy"}):
            assert client.get("/healthz", **through).json()["reason"] == "see the server's log", through
            assert client.get("/metrics", **through).status == 404, "a proxy of this machine passes on what anybody asks"


@pytest.mark.parametrize("table", [
    {"page": []}, {"pages": "summary"}, {"pages": []}, {"pages": ["overview"]}, {"pages": [{"page": "funds", "seconds": 1}]}, {"theme": "pink"}, {"seconds": True}, {"stale_days": -1},
    {"address": "ftp://x"}, {"lang": "fr"},
])  # fmt: skip
def test_mistakes_in_the_kiosk_table_are_told(table: dict) -> None:
    with pytest.raises(CallError, match="kiosk"):
        read_kiosk(table)


def test_projects_are_of_all_years_and_do_not_stand_under_a_period(client: Client) -> None:
    assert all(("gp-period" in client.get(f"/public?{tab}").text) == (tab not in ("tab=funds", "tab=premises")) for tab in TABS)
    assert "历年合计" in client.get("/public?tab=funds").text


def test_the_kiosk_table() -> None:
    assert read_kiosk({}) == KioskSettings()
    found = read_kiosk({"pages": ["funds", {"page": "summary", "seconds": 45}], "seconds": 10, "theme": "light", "stale_days": 2, "address": "https://a.example"})
    assert found.pages == (("funds", 10), ("summary", 45)) and (found.theme, found.stale_days, found.address) == ("light", 2, "https://a.example")


def test_public_mode_needs_the_map_approval_number(demo_warehouse: Path, tmp_path: Path) -> None:
    """Without 审图号 the process refuses to start; with it the page shows the number, and no band."""
    command = [sys.executable, "-m", "dashboard", "--public", "--port", "1", "--warehouse", str(demo_warehouse), "--config"]
    empty = tmp_path / "empty.toml"
    empty.write_text("")
    done = subprocess.run([*command, str(empty)], capture_output=True, text=True, timeout=60, env={**os.environ, "ATLAS_CONFIG": ""}, check=False)
    assert done.returncode in (1, 2) and "map_approval" in done.stderr and "Traceback" not in done.stderr


def test_the_approval_number_stands_under_the_map(client: Client, tmp_path: Path) -> None:
    settings = tmp_path / "atlas.toml"
    settings.write_text('map_approval = "川S（2026）1号"\n', "utf-8")
    assert "内部使用，未经地图审核" in client.get("/public").text
    use_atlas(settings)
    try:
        page = client.get("/public").text
        assert "审图号：川S（2026）1号" in page and "未经地图审核" not in page
    finally:
        use_atlas(None)
