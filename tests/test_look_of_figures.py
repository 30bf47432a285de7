"""How figures are written and drawn for the eye: months, signs, days, colours in grey print, names beside numbers, tables of a briefing."""

from datetime import date
from itertools import pairwise

import pandas as pd
import pytest
from playwright.sync_api import Browser

from dashboard.briefing.document import Fact, fill, plain_text
from dashboard.parts import charts
from dashboard.parts.chart_style import COLOURS, LINES, SYMBOLS, beside_bar, clipped, month_labels, names_axis, numbers_axis
from dashboard.parts.chart_units import CASES, unit_said
from dashboard.parts.list_table import date_cell
from dashboard.view.format import both_parts, part, part_digits, signed
from etl.model.text import Text
from etl.query.series import add_months
from tests.browsing import PATIENCE_MS, finished

TOLD = Text("{name}{value}", "{name} {value}")


def lightness(colour: str) -> float:
    """L* of a colour: what is left of it in a grey copy."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 116 * light ** (1 / 3) - 16


def test_a_month_stands_once_on_an_axis() -> None:
    """Plotly puts equal names into one place: March of two years would be one point."""
    for months in (3, 12, 24):
        labels = month_labels("zh", [add_months(date(2025, 11, 1), at) for at in range(months)])
        assert len(set(labels)) == months, labels
    year = month_labels("zh", [add_months(date(2025, 11, 1), at) for at in range(12)])
    assert year[:4] == ["11月<br>2025", "12月", "1月<br>2026", "2月"]
    assert month_labels("en", [date(2025, 12, 1), date(2026, 1, 1)]) == ["Dec<br>2025", "Jan<br>2026"]


def test_many_months_are_thinned_and_never_upright() -> None:
    labels = [f"{at}" for at in range(24)]
    axis = names_axis(False, labels)
    assert axis["tickangle"] == 0 and axis["tickvals"] == labels[::2]
    assert "tickvals" not in names_axis(False, labels[:12])


def test_series_are_told_apart_in_grey_print() -> None:
    """The first three stand beside each other on the money page."""
    first = sorted(lightness(colour) for colour in COLOURS[:4])
    assert min(high - low for low, high in pairwise(first)) >= 15, first
    assert len(set(SYMBOLS)) >= len(LINES), "lines are told apart by their marks too"
    assert all(lightness(colour) <= 58 for colour in LINES), "a thin line needs three times the light of white to stand out"


@pytest.mark.parametrize(
    ("value", "digits", "said"), [(-0.4, 1, "−0.4"), (38.9, 1, "+38.9"), (-0.04, 1, "0.0"), (0.04, 1, "0.0"), (12345.0, 0, "+12,345"), (None, 1, "—"), (float("nan"), 1, "—")]
)
def test_a_difference_has_a_sign_unless_it_rounds_to_nothing(value: float | None, digits: int, said: str) -> None:
    assert signed(value, digits) == said


def test_the_parts_beside_a_value_divide_to_it() -> None:
    """0.73 / 0.58 beside 1.27 would look wrong; a column has as many decimals in every row."""
    assert part(98598.0) == "98,598" and part(0.73465) == "0.735" and part(8623.1) == "8,623.10" and part(None) == "—"
    assert both_parts(0.73465, 0.57807) == "0.735 / 0.578" and both_parts(21775581.62, 35776667.0) == "21,775,582 / 35,776,667"
    assert part_digits([8623.1, 9479.0, float("nan")]) == 2 and part_digits([1.0, None]) == 0 and part_digits([0.5, 12.0]) == 2


def test_a_long_bar_says_its_number_short() -> None:
    """Ten digits do not fit beside the longest bar on a phone; the hover has them."""
    assert beside_bar(22_098_286, "zh", 0, "") == "2,209.8万" and beside_bar(22_098_286, "en", 0, "") == "22.1M"
    assert beside_bar(23_326, "zh", 0, "") == "23,326" and beside_bar(93.4, "zh", 1, "%") == "93.4%"


def test_a_latin_label_keeps_its_start_and_its_words() -> None:
    assert clipped("Inspectional Services/Building/Work w/out Permit") == "Work w/out Permit"
    assert clipped("General Comments For a Program or Policy") == "General Comments For a…"


@pytest.mark.parametrize(
    ("top", "lang", "said"),
    [(12_000, "zh", ["0", "5,000", "10,000"]), (12_000, "en", ["0", "5,000", "10,000"]), (400_000, "zh", ["0", "10万", "20万", "30万", "40万"]), (400_000, "en", ["0", "100k", "200k", "300k", "400k"])],
)
def test_one_axis_counts_in_one_way(top: float, lang: str, said: list[str]) -> None:
    """5,000 and 1万 on one axis are two ways of counting."""
    assert numbers_axis(lang, top, "")["ticktext"] == said


def test_a_chart_says_what_it_counts() -> None:
    assert (unit_said("zh", CASES), unit_said("en", CASES), unit_said("zh", None)) == ("单位：件", "Unit: cases", "")


def test_only_a_cell_of_zero_has_the_colour_of_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lowest cell of a strip without a zero is light, not empty: colours start at zero, wherever the values do."""
    drawn = []
    monkeypatch.setattr(charts, "draw", lambda figure, *_, **__: drawn.append(figure))
    charts.heat("zh", "clock", ["周一"], ["0", "1"], [[43.0, 1200.0]], alt="", name="")
    strip = drawn[0].data[0]
    assert (strip.zmin, strip.zmax) == (0, 1200), "with one end left open Plotly takes both from the values"


def test_days_in_tables_are_written_as_in_ledgers() -> None:
    assert ">2026-06-20<" in date_cell(date(2026, 6, 20)).html
    assert ">2016-03-28<" in date_cell(pd.Timestamp("2016-03-28")).html
    assert date_cell(None).html == date_cell(pd.NaT).html == "—"


def test_a_latin_name_and_its_number_stand_apart_in_chinese() -> None:
    def told(name: str, lang: str) -> str:
        return plain_text(fill(lang, TOLD, name=Fact(name, "name"), value=Fact("82.4%", "count")))  # type: ignore[arg-type]

    assert told("Back Bay", "zh") == "Back Bay 82.4%"
    assert told("翠亭街道", "zh") == "翠亭街道82.4%"
    assert told("Back Bay", "en") == "Back Bay 82.4%"


@pytest.mark.browser
def test_two_sides_fit_beside_the_map_and_a_case_fits_the_phone(browser: Browser, demo_site: str) -> None:
    """No column is squeezed to one letter a line, and nothing of the phone's page lies beyond its edge."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{demo_site}/explore?tab=compare")
    rows = page.locator(".st-key-compare-side tbody tr")
    rows.first.wait_for(timeout=PATIENCE_MS)
    finished(page)
    assert max(row.bounding_box()["height"] for row in rows.all()) < 90  # type: ignore[index]
    assert page.locator(".st-key-compare-side .ga-scroll").evaluate("one => one.scrollWidth - one.clientWidth") <= 1
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{demo_site}/explore?tab=cases")
    case = page.locator(".ga-cases tbody tr")
    case.first.wait_for(timeout=PATIENCE_MS)
    finished(page)
    assert max(one.bounding_box()["height"] for one in case.all()[:10]) < 420  # type: ignore[index]
    assert case.first.locator("td[data-label]").count() == 7, "every value says what it is"
    assert page.locator("[data-testid=stMain]").evaluate("one => one.scrollWidth - one.clientWidth") <= 1
    page.close()


@pytest.mark.browser
def test_the_calendar_speaks_the_language_of_the_page(browser: Browser, demo_site: str) -> None:
    """Also in a browser of the other language."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    for lang, weekdays in (("zh", "一二三四五六日"), ("en", "SMTWTFS")):
        page.goto(f"{demo_site}/explore?tab=compare&lang={lang}")
        finished(page)
        page.locator('[data-testid="stDateInput"] button').first.click()
        heads = page.locator('[role="dialog"] th, [data-testid="stDateInputPopover"] th')
        heads.first.wait_for(timeout=PATIENCE_MS)
        assert "".join(heads.all_inner_texts()) == weekdays
    context.close()


@pytest.mark.browser
def test_a_table_wider_than_the_phone_says_so_and_keeps_its_names(browser: Browser, demo_site: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{demo_site}/property")
    finished(page)
    frames = page.locator(".ga-scroll")
    wide = page.locator(".ga-scroll.is-wide")
    wide.first.wait_for(timeout=PATIENCE_MS)
    told = frames.evaluate_all("all => all.map(one => [one.scrollWidth > one.clientWidth + 1, one.classList.contains('is-wide'), getComputedStyle(one, '::before').content])")
    assert told and all(is_wide == marked == (said != "none") for is_wide, marked, said in told), told
    pinned = page.locator(".ga-scroll.is-pinned").first
    left = "one => { one.scrollLeft = 200; return [one.scrollLeft, one.querySelector('tbody td').getBoundingClientRect().left - one.getBoundingClientRect().left]; }"
    moved, name_at = pinned.evaluate(left)
    assert moved > 0 and abs(name_at) < 3, "the first column stays in sight"
    page.close()
