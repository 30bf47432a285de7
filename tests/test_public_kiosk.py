"""The wall in real Chromium: a simulated week, a server that goes and comes back, stale dates, two wall sizes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from dashboard.assets import FOLDER
from dashboard.public.kiosk import shell
from dashboard.public.server import make_public_app
from dashboard.web.settings import use_atlas
from tests.http_server import served

pytestmark = pytest.mark.browser
# A world of its own for the script: timers fire in order, days pass in moments, the server answers as the plan says.
WEEK = """async ([source, days, plan]) => {
  (0, eval)(source);
  let now = Date.parse("2026-11-01T08:00:00"), next = 1, asked = 0, most = 0, sizes = [], dates = [], notes = new Set();
  const timers = new Map(), stored = new Map();
  const world = {
    document, AbortController, now: () => now,
    storage: { setItem: (k, v) => stored.set(k, v), getItem: (k) => stored.get(k) ?? null },
    setTimeout: (run, ms) => { timers.set(next, { run, at: now + ms }); return next++; },
    clearTimeout: (id) => { timers.delete(id); },
    fetch: (address, options) => {
      asked += 1;
      const hour = (now - Date.parse("2026-11-01T08:00:00")) / 3600000;
      if (plan.down.some(([a, b]) => hour >= a && hour < b)) return Promise.reject(new TypeError("Failed to fetch"));
      if (plan.broken.some(([a, b]) => hour >= a && hour < b)) return Promise.resolve({ ok: true, status: 200, headers: new Headers(), json: () => Promise.reject(new SyntaxError("half a file")) });
      if (plan.error.some(([a, b]) => hour >= a && hour < b)) return Promise.resolve({ ok: false, status: 503, headers: new Headers() });
      const build = "b" + Math.floor(hour / 24), etag = '"' + build + '"';
      if (options.headers["If-None-Match"] === etag) return Promise.resolve({ ok: true, status: 304, headers: new Headers() });
      const day = new Date(Date.parse("2026-10-31") + Math.floor(hour / 24) * 86400000).toISOString().slice(0, 10);
      const screens = ["summary", "funds"].map((id) => ({ id, seconds: 20, title: id, html: "<section>" + (id + build + " ").repeat(200) + "</section>".repeat(1) }));
      return Promise.resolve({ ok: true, status: 200, headers: new Headers({ ETag: etag }), json: () => Promise.resolve({ build_id: build, data_date: day, date: day, stale_days: plan.stale, city: "示范市", bands: [], qr: "<svg></svg>", version: "1", screens }) });
    },
  };
  const kiosk = AtlasKiosk(world), end = now + days * 86400000;
  await kiosk.start();
  const shown = new Set();
  for (let step = 0; ; step++) {
    const [id, timer] = [...timers].reduce((a, b) => (b[1].at < a[1].at ? b : a));
    if (timer.at > end) break;
    timers.delete(id); now = Math.max(now, timer.at); timer.run();
    for (let i = 0; i < 6; i++) await null;
    most = Math.max(most, timers.size);
    shown.add(document.getElementById("gk-stage").dataset.screen);
    notes.add(document.getElementById("gk-note").textContent);
    if (!document.getElementById("gk-stage").textContent.length) return { empty: step };
    if (step % 2000 === 0) { sizes.push(document.getElementsByTagName("*").length); dates.push(document.getElementById("gk-date").hasAttribute("data-amber")); }
  }
  return { asked, turned: kiosk.state.shown, most, sizes, dates, shown: [...shown], notes: [...notes], stored: stored.size, build: kiosk.state.data.build_id };
}"""


@pytest.fixture
def bare(browser: Browser) -> Iterator[Page]:
    """The wall's own page without its script, so that a test can start it in a world of its own."""
    page = browser.new_page()
    page.set_content(shell("zh", "dark", "").replace("<script", "<template").replace("</script>", "</template>"))
    yield page
    page.close()


def test_a_week_of_running(bare: Page) -> None:
    """Seven days with a night's outage, half-written answers and errors: never an empty screen, nothing piles up, the newest build at the end."""
    plan = {"down": [[30, 42]], "broken": [[60, 61]], "error": [[80, 80.5]], "stale": 3}
    found = bare.evaluate(WEEK, [(FOLDER / "kiosk.js").read_text("utf-8"), 7, plan])
    assert "empty" not in found
    assert found["turned"] > 29_000 and 9_000 < found["asked"] < 12_000
    assert found["most"] <= 4, "timers pile up"
    assert max(found["sizes"]) == min(found["sizes"]), "elements pile up"
    assert found["stored"] == 1 and set(found["shown"]) == {"summary", "funds"} and found["build"] in ("b6", "b7")
    assert any(found["notes"]) and "" in found["notes"], "the lost connection is told, and taken back"
    assert not any(found["dates"]), "a build a day: never stale"


def test_an_old_date_turns_amber_and_the_picture_stays(bare: Page) -> None:
    found = bare.evaluate(WEEK, [(FOLDER / "kiosk.js").read_text("utf-8"), 7, {"down": [[1, 400]], "broken": [], "error": [], "stale": 3}])
    assert found["dates"][0] is False and found["dates"][-1] is True
    assert found["build"] == "b0" and found["turned"] > 29_000
    assert "天未更新" in (bare.text_content("#gk-date") or "")


def test_the_server_goes_and_comes_back(browser: Browser, demo_warehouse: Path) -> None:
    """The real server stops: the last picture stays. It starts again: the wall goes on by itself. A reload in between shows the last picture too."""
    use_atlas(None)
    page = browser.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    with served(make_public_app(demo_warehouse)) as client:
        page.goto(f"http://127.0.0.1:{client.port}/kiosk")
        page.wait_for_selector('[data-screen="summary"]')
        picture = page.inner_text("#gk-stage")
        good = client.get("/kiosk/screens.json").text.replace(build_id_of(demo_warehouse), "20991231-000000-new1")
    for _ in range(3):
        page.evaluate("kiosk.ask()")
    assert page.inner_text("#gk-stage") == picture and "网络中断" in page.inner_text("#gk-note")
    page.evaluate("kiosk.turn()")
    assert page.get_attribute("#gk-stage", "data-screen") == "solved", "it goes on turning"
    answers = [{"status": 200, "body": json.dumps({"screens": []})}, {"status": 200, "body": "<html>"}, {"status": 502, "body": "bad gateway"}]
    for answer in answers:  # a proxy's own pages are no picture
        page.route("**/screens.json*", lambda route, request, answer=answer: route.fulfill(**answer))
        page.evaluate("kiosk.ask()")
        page.unroute("**/screens.json*")
    assert page.inner_text("#gk-title").endswith("办理情况") and page.inner_text("#gk-stage")
    page.route("**/screens.json*", lambda route: route.fulfill(status=200, content_type="application/json", body=good))
    page.evaluate("kiosk.ask()")
    assert page.inner_text("#gk-note") == "" and page.evaluate("kiosk.state.data.build_id") == "20991231-000000-new1", "back again, with the new build"
    assert problems == []
    page.close()


def test_a_browser_that_loads_the_wall_anew_while_the_server_is_down(browser: Browser, demo_warehouse: Path) -> None:
    """Reload and a new tab show the last picture in its full dress, say that it is old, and go on by themselves when the server is back."""
    use_atlas(None)
    context = browser.new_context()
    page = context.new_page()
    with served(make_public_app(demo_warehouse)) as client:
        address = f"http://127.0.0.1:{client.port}/kiosk?theme=light"
        page.goto(address)
        page.wait_for_selector('[data-screen="summary"]')
        picture, bar = page.inner_text("#gk-stage"), page.evaluate("getComputedStyle(document.querySelector('.gk-top')).backgroundColor")
        kept = "caches.open('atlas-kiosk-page-1').then((store) => store.keys()).then((keys) => keys.map((key) => new URL(key.url).pathname))"
        wanted = ["/assets/kiosk.css", "/assets/kiosk.js", "/assets/public.css", "/kiosk"]
        for _ in range(300):
            if sorted(set(page.evaluate(kept)) & set(wanted)) == wanted:
                break
            page.wait_for_timeout(100)
    assert sorted(set(page.evaluate(kept)) & set(wanted)) == wanted
    page.reload()
    other = context.new_page()
    other.goto(address)
    for one in (page, other):
        one.wait_for_selector('[data-screen="summary"]')
        assert one.inner_text("#gk-stage") == picture
        assert one.evaluate("getComputedStyle(document.querySelector('.gk-top')).backgroundColor") == bar != "rgba(0, 0, 0, 0)"
        one.wait_for_selector("[data-offline-now]")
        assert "网络中断" in one.inner_text("#gk-note")
    context.close()


def test_where_no_worker_is_allowed_the_browsers_cache_holds_the_page(browser: Browser, demo_warehouse: Path) -> None:
    """Plain http in an intranet: a new tab opens the wall from the cache while the server is down."""
    use_atlas(None)
    context = browser.new_context()
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'serviceWorker', { get: () => undefined })")
    page = context.new_page()
    with served(make_public_app(demo_warehouse)) as client:
        page.goto(f"http://127.0.0.1:{client.port}/kiosk")
        page.wait_for_selector('[data-screen="summary"]')
        picture = page.inner_text("#gk-stage")
    page.close()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{client.port}/kiosk")
    page.wait_for_selector('[data-screen="summary"]')
    assert page.inner_text("#gk-stage") == picture
    context.close()


def build_id_of(warehouse: Path) -> str:
    return (warehouse / "CURRENT").read_text().strip()


@pytest.mark.parametrize(("width", "height", "query"), [(1920, 1080, "theme=dark"), (1920, 1080, "theme=light&lang=en"), (5760, 2160, "theme=dark"), (5760, 2160, "lang=en")])
def test_every_screen_fits_the_wall(browser: Browser, demo_warehouse: Path, width: int, height: int, query: str) -> None:
    """Nothing is cut, nothing needs scrolling, body type is at least 24 px and figures 56 px at 1080 lines."""
    use_atlas(None)
    page = browser.new_page(viewport={"width": width, "height": height})
    with served(make_public_app(demo_warehouse)) as client:
        page.goto(f"http://127.0.0.1:{client.port}/kiosk?{query}")
        page.wait_for_selector('[data-screen="summary"]')
        for name in ("summary", "solved", "funds", "premises", "service"):
            assert page.get_attribute("#gk-stage", "data-screen") == name
            cut = page.evaluate(
                "[...document.querySelectorAll('#gk-stage .gp-panel, #gk-stage .gp-figure')].filter((e) => e.scrollWidth > e.clientWidth + 2 ||"
                " e.getBoundingClientRect().bottom > document.getElementById('gk-stage').getBoundingClientRect().bottom + 2).map((e) => e.textContent.slice(0, 40))"
            )
            assert cut == [], name
            assert page.evaluate("[document.documentElement.scrollWidth <= innerWidth, document.documentElement.scrollHeight <= innerHeight]") == [True, True]
            small = page.evaluate("Math.min(...[...document.querySelectorAll('#gk-stage td, #gk-stage dt, #gk-stage .gp-bar-n')].map((e) => parseFloat(getComputedStyle(e).fontSize)), 999)")
            large = page.evaluate("Math.min(...[...document.querySelectorAll('#gk-stage .gp-figure dd b')].map((e) => parseFloat(getComputedStyle(e).fontSize)), 999)")
            scale = height / 1080
            assert small >= 23.9 * scale and large >= 55.9 * scale, (name, small, large)
            page.evaluate("kiosk.turn()")
    page.close()
