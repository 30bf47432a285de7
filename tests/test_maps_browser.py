"""The map in a real Chromium: it paints, recolours without remounting, hovers, answers a second click, asks no outside host."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from map_lattice import lattice
from playwright.sync_api import Browser, Frame, Page, expect

from dashboard.assets import FOLDER
from etl.geo.tiles import write_tiles
from tests.browsing import PATIENCE_MS, finished, map_frame, painted, still
from tests.served import running

pytestmark = pytest.mark.browser
HARNESS = Path(__file__).with_name("map_harness.py")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("map")
    units = lattice()
    units.to_parquet(folder / "units.parquet")
    write_tiles(units, folder / "tiles")
    with running(lambda port: [sys.executable, str(HARNESS), str(folder / "units.parquet"), str(folder / "tiles"), str(port)], "/", folder) as port:
        yield f"http://127.0.0.1:{port}"


class Open:
    """A page with the map painted."""

    def __init__(self, browser: Browser, address: str, query: str = "", scale: float = 1) -> None:
        self.context = browser.new_context(viewport={"width": 1200, "height": 860}, device_scale_factor=scale)
        self.page: Page = self.context.new_page()
        self.outside: list[str] = []
        self.errors: list[str] = []
        self.sent: list[object] = []  # what went to the server over the page's socket
        self.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: self.sent.append(frame)))
        self.page.on("request", lambda request: None if request.url.startswith((address, "data:", "blob:")) else self.outside.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{address}/?{query}")
        self.frame: Frame = map_frame(self.page)
        self.handle = self.frame.frame_element()
        painted(self.frame)
        finished(self.page)
        still(self.handle)
        painted(self.frame)  # anew, if its size changed meanwhile

    @property
    def box(self) -> dict[str, float]:
        """The frame's place on the page, asked for each time: the page may still settle."""
        return self.handle.bounding_box() or {}  # type: ignore[return-value]

    def atlas(self) -> dict:
        return self.frame.evaluate("({...window.atlas})")

    def point(self, unit: str) -> tuple[float, float]:
        x, y = self.frame.evaluate(
            f"(() => {{ const t = AtlasMap.tree, n = t.name.indexOf({unit!r}), p = AtlasMap.map.latLngToContainerPoint([t.lat[n], t.lon[n]]); return [p.x, p.y]; }})()"
        )
        return self.box["x"] + x, self.box["y"] + y

    def colour(self, x: float, y: float) -> list[int]:
        """RGBA of the tile under a page position."""
        inside = f"[{x - self.box['x']}, {y - self.box['y']}]"
        return self.frame.evaluate(
            f"""(() => {{ const m = AtlasMap.map, l = AtlasMap.layer, p = m.project(m.containerPointToLatLng({inside}), l._tileZoom);
            const x = Math.floor(p.x / 256), y = Math.floor(p.y / 256), t = l.live.get(x + ':' + y + ':' + l._tileZoom), s = t.size / 256;
            return [...t.context.getImageData((p.x - x * 256) * s, (p.y - y * 256) * s, 1, 1).data]; }})()"""
        )


@pytest.fixture
def opened(browser: Browser, server: str, request: pytest.FixtureRequest) -> Iterator[Open]:
    page = Open(browser, server, *getattr(request, "param", ()))
    yield page
    errors = page.errors
    page.context.close()
    assert errors == []


def test_contract_object_and_no_outside_host(opened: Open) -> None:
    atlas = opened.atlas()
    assert (atlas["ready"], atlas["build_id"], atlas["level"], atlas["unit_no_count"]) == (True, "t", "micro", 1024)
    assert opened.outside == []


def test_every_micro_grid_is_under_some_pixel(opened: Open) -> None:
    seen = opened.frame.evaluate("(() => { const s = new Set(); for (const t of AtlasMap.layer.live.values()) for (const n of t.ids) s.add(n); return [...s].filter(n => n > 0).length; })()")
    assert seen == 1024


def test_a_filter_change_recolours_without_remounting(opened: Open) -> None:
    opened.frame.evaluate("window.marker = 1")
    tile = "[...AtlasMap.layer.live.values()].map(t => t.context.getImageData(0, 0, t.size, t.size).data.reduce((a, b) => (a * 31 + b) | 0, 0)).join()"
    before, at = opened.frame.evaluate(tile), opened.atlas()["recoloured_at"]
    opened.page.get_by_role("slider").focus()
    opened.page.keyboard.press("ArrowRight")
    opened.frame.wait_for_function(f"window.atlas.ready && window.atlas.recoloured_at > {at}", timeout=PATIENCE_MS)
    assert opened.frame.evaluate("window.marker") == 1
    assert opened.frame.evaluate(tile) != before
    assert opened.atlas()["recolour_ms"] < 500


def test_hover_names_the_unit_as_text_without_the_server(opened: Open) -> None:
    assert opened.sent, "the socket is listened to"
    before = len(opened.sent)
    opened.page.mouse.move(*opened.point("乙丙丁甲丙"))
    tip = opened.frame.locator(".atlas-tip")
    expect(tip.locator("strong")).to_have_text("乙丙丁甲丙")
    expect(tip.locator("span")).to_have_text(re.compile("^案件量："))
    assert len(opened.sent) == before


def test_second_click_on_the_same_unit_is_told_again(opened: Open) -> None:
    x, y = opened.point("丙甲乙丁甲")
    for count in (1, 2):
        opened.page.mouse.click(x, y)
        opened.page.get_by_text(f"events {count} ").wait_for(timeout=PATIENCE_MS)
    number = opened.frame.evaluate("AtlasMap.tree.name.indexOf('丙甲乙丁甲')")
    assert f"('click', {number}, 'micro')" in opened.page.get_by_text("events 2 ").inner_text()


@pytest.mark.parametrize("opened", [("level=district&drill=1",)], indirect=True)
def test_drilling_changes_level_in_the_same_map(opened: Open) -> None:
    opened.frame.evaluate("window.marker = 1")
    opened.page.mouse.click(*opened.point("乙"))
    opened.frame.wait_for_function("window.atlas.ready && window.atlas.level === 'street'", timeout=PATIENCE_MS)
    assert opened.frame.evaluate("window.marker") == 1
    assert opened.outside == []


@pytest.mark.parametrize("opened", [("level=street&follow=1",)], indirect=True)
def test_level_follows_the_zoom(opened: Open) -> None:
    for _ in range(4):
        opened.frame.locator(".leaflet-control-zoom-in").click()
        opened.frame.wait_for_function("!AtlasMap.map._animatingZoom")  # a click while it moves is not another step
    opened.frame.wait_for_function("window.atlas.ready && window.atlas.level === 'micro'", timeout=PATIENCE_MS)


@pytest.mark.parametrize("opened", [("", 2), ("", 1.25)], indirect=True)
def test_tiles_are_as_sharp_as_the_screen(opened: Open) -> None:
    size, ratio = opened.frame.evaluate("[[...AtlasMap.layer.live.values()][0].canvas.width, devicePixelRatio]")
    assert size == round(256 * ratio)


def test_keyboard_selects_the_centre(opened: Open) -> None:
    opened.frame.locator("#map_div").focus()
    opened.page.keyboard.press("Enter")
    opened.page.get_by_text("events 1 ").wait_for(timeout=PATIENCE_MS)


CHOSEN_TOO_SOON = """([x, y]) => { const map = AtlasMap.map, at = map.containerPointToLatLng([x, y]), before = AtlasMap.layer.at(at);
  map.setView(at, map.getZoom() + 1, { animate: false });
  const during = AtlasMap.layer.at(at);
  map.getContainer().dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  return [before, during]; }"""


def test_a_choice_made_before_the_tile_is_painted_is_not_lost(opened: Open) -> None:
    """After a zoom or a new size every tile is made again: what is chosen in that moment is answered once it is there."""
    x, y = opened.point("丙甲乙丁甲")
    before, during = opened.frame.evaluate(CHOSEN_TOO_SOON, [x - opened.box["x"], y - opened.box["y"]])
    assert before > 0 and during is None, "the tile was still on the way"
    told = opened.page.get_by_text("events 1 ")
    told.wait_for(timeout=PATIENCE_MS)
    assert f"('click', {before}, 'micro')" in told.inner_text()


def test_enter_on_a_button_of_the_map_chooses_no_unit(opened: Open) -> None:
    opened.frame.evaluate("() => { const tell = Streamlit.setComponentValue; window.told = 0; Streamlit.setComponentValue = (value) => { window.told += 1; tell.call(Streamlit, value); }; }")
    before = opened.frame.evaluate("AtlasMap.map.getZoom()")
    opened.frame.locator(".leaflet-control-zoom-in").focus()
    opened.page.keyboard.press("Enter")
    opened.frame.wait_for_function(f"window.atlas.ready && AtlasMap.map.getZoom() > {before} && !AtlasMap.map._animatingZoom")
    assert opened.frame.evaluate("window.told") == 0
    opened.frame.locator("#map_div").focus()
    opened.page.keyboard.press("Enter")
    assert opened.frame.evaluate("window.told") == 1, "or the line above proves nothing"


@pytest.mark.parametrize("opened", [("lang=en",)], indirect=True)
def test_controls_speak_english(opened: Open) -> None:
    assert opened.frame.locator(".leaflet-control-zoom-in").get_attribute("title") == "Zoom in"
    assert "Enter selects" in (opened.frame.locator("#map_div").get_attribute("aria-label") or "")


HASH = "[...AtlasMap.layer.live.values()].map(t => t.context.getImageData(0, 0, t.size, t.size).data.reduce((a, b) => (a * 31 + b) | 0, 0)).join()"


@pytest.mark.parametrize("opened", [("months=1",)], indirect=True)
def test_months_are_played_without_the_server(opened: Open) -> None:
    frame, bar = opened.frame, opened.frame.locator(".atlas-months")
    frame.evaluate("window.marker = 1")
    bar.get_by_text("按月播放").click()
    slider = bar.get_by_role("slider")
    slider.wait_for()
    bar.get_by_role("button", name="暂停").click()  # it plays by itself
    before = len(opened.sent)
    slider.focus()
    opened.page.keyboard.press("Home")
    frame.wait_for_function("AtlasMonths.current.at === 0")
    first = frame.evaluate(HASH)
    opened.page.keyboard.press("ArrowRight")
    frame.wait_for_function("AtlasMonths.current.at === 1 && window.atlas.month === 1")
    assert frame.evaluate(HASH) != first
    assert bar.locator("output").inner_text() == "2025年2月"
    opened.page.keyboard.press("Home")
    frame.wait_for_function("AtlasMonths.current.at === 0 && window.atlas.month === 0")
    assert frame.evaluate(HASH) == first  # the same month looks the same again
    opened.page.keyboard.press(" ")
    frame.wait_for_function("AtlasMonths.isPlaying && window.atlas.month >= 1")
    opened.page.keyboard.press(" ")
    frame.wait_for_function("!AtlasMonths.isPlaying")
    assert len(opened.sent) == before
    opened.page.mouse.move(*opened.point("丙甲乙丁甲"))
    tip = opened.frame.locator(".atlas-tip")
    expect(tip.locator("span")).to_contain_text("案件量 · 2025年")
    assert frame.evaluate("window.marker") == 1


@pytest.mark.parametrize("opened", [("months=1",)], indirect=True)
def test_done_with_months_the_period_is_back(opened: Open) -> None:
    before, bar = opened.frame.evaluate(HASH), opened.frame.locator(".atlas-months")
    bar.get_by_text("按月播放").click()
    bar.get_by_role("button", name="结束播放").click()
    bar.get_by_text("按月播放").wait_for()
    opened.frame.wait_for_function("window.atlas.ready && AtlasMonths.current === null")
    assert opened.frame.evaluate(HASH) == before


@pytest.mark.parametrize("opened", [("", 2)], indirect=True)
def test_a_pattern_is_one_css_pixel_wide_at_two_device_pixels(opened: Open) -> None:
    """The hatch of units without data keeps its period of eight CSS pixels."""
    found = opened.frame.evaluate("""(() => { const size = 512, out = []; const t = { ids: new Uint32Array((size + 6) ** 2).fill(1), edges: null, outline: null, size,
      context: { putImageData: (image) => out.push(...new Uint32Array(image.data.buffer.slice(0, 32 * 4))) } };
      AtlasPaint.paint(t, { lut: Uint32Array.of(0, AtlasPaint.colour("#ffffff", "no_data")), inks: Uint32Array.of(0, 0xff000000), lines: new Uint8Array(8) }, 2); return out; })()""")
    assert [at for at, colour in enumerate(found) if colour == 0xFF000000] == [0, 1, 16, 17]


def test_a_latin_name_is_written_as_long_as_a_chinese_one_is_wide(browser: Browser) -> None:
    """Twelve Chinese characters take the room of twenty-four Latin letters: "Jamaica Plain" is not cut."""
    page = browser.new_page()
    page.evaluate((FOLDER / "atlas-labels.js").read_text("utf-8"))
    names = ["Jamaica Plain", "South Boston Waterfront", "一二三四五六七八九十一二", "一二三四五六七八九十一二三", "A name that is longer than that"]
    drawn = page.evaluate("(names) => names.map((_, no) => AtlasLabels.Labels.prototype.text.call({ tree: { name: names, parent: names.map(() => 99) } }, no))", names)
    assert drawn[:3] == names[:3] and drawn[3] == "一二三四五六七八九十一二…" and drawn[4] == "A name that is longer th…"
    page.close()
