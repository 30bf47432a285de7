"""No input makes the server ask anybody anything: addresses in boundary files, in cells and in the page's parameters (no SSRF)."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.web.serving import follow
from etl.load.build import build
from etl.model.errors import AtlasError
from tests.mini_city import STEP, WEST, City, case, units
from tests.test_pages import html_of, open_page


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """An address that notes who asks."""
    asked: list[str] = []

    class Notes(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Notes) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", asked
        server.shutdown()


def crs_of(kind: str, address: str) -> str:
    """The member `crs` of a GeoJSON, spelled so that GDAL would follow the address."""
    return {
        "link": json.dumps({"type": "link", "properties": {"href": address + "x", "type": "proj4"}}),
        "url": json.dumps({"type": "url", "properties": {"url": address + "x"}}),
        "spelled out": '{"type": "l\\u0069nk", "properties": {"hr\\u0065f": "' + address + 'x", "type": "proj4"}}',
        "name": json.dumps({"type": "name", "properties": {"name": address + "x"}}),
        "file": json.dumps({"type": "link", "properties": {"href": "file:///etc/passwd", "type": "proj4"}}),
        "metadata": json.dumps({"type": "link", "properties": {"href": "http://169.254.169.254/latest/", "type": "ogcwkt"}}),
    }[kind]


@pytest.mark.parametrize("kind", ["link", "url", "spelled out", "name", "file", "metadata"])
@pytest.mark.parametrize("is_last", [False, True], ids=["first", "last"])
def test_a_boundary_file_makes_nobody_ask(tmp_path: Path, listener: tuple[str, list[str]], kind: str, is_last: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    address, asked = listener
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    west, east, south = WEST, WEST + STEP, 30.6
    ring = [[west, south], [east, south], [east, south + STEP], [west, south + STEP], [west, south]]
    features = json.dumps([{"type": "Feature", "properties": {"网格编码": "M1"}, "geometry": {"type": "Polygon", "coordinates": [ring]}}], ensure_ascii=False)
    members = [f'"crs": {crs_of(kind, address)}', f'"features": {features}']
    body = '{"type": "FeatureCollection", ' + ", ".join(reversed(members) if is_last else members) + "}"
    city = City(tmp_path).add("unit", [{**row, "边界WKT": ""} if row["网格编码"] == "M1" else row for row in units()], "units.csv", 'crs = "EPSG:4490"')
    city.add("unit", body, "边界.geojson", 'crs = "EPSG:4490"').add("case", [case(1)])
    try:
        build(city.sources, city.warehouse)
        built = True
    except AtlasError as error:
        built = False
        assert "crs" in error.text.zh and "crs" in error.text.en
    assert asked == []
    assert built == (kind in ("name", "spelled out"))


def test_addresses_in_cells_and_parameters_stay_words(tmp_path: Path, listener: tuple[str, list[str]]) -> None:
    address, asked = listener
    city = City(tmp_path).units([{**row, "网格名称": address if row["网格编码"] == "S1" else row["网格名称"]} for row in units()])
    city.add("case", [case(1, 标题=f"<img src={address}>", 小区点位=address, 承办单位=f"@import {address}")])
    city.add("compound", [{"小区编号": "P1", "小区名称": address, "所属网格编码": "X1", "物业企业": f"=WEBSERVICE(\"{address}\")"}])
    build(city.sources, city.warehouse)
    follow(city.warehouse)
    for page in ("overview", "steward", "property"):
        for name in ("unit", "ind", "tab", "lead_unit"):
            app = open_page(page, **{name: address})
            assert not app.exception and "ga-error" not in html_of(app)
    assert asked == []
