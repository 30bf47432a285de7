"""The view and the address: what is written is read back, what cannot be read is named and left out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.view.state import FILTERS, ViewState, address, parse_view

WORD = st.text(st.characters(whitelist_categories=("L", "N")), min_size=1, max_size=20)
VIEWS = st.builds(
    ViewState,
    unit=st.one_of(st.just(""), WORD),
    date_from=st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2020, 1, 1))),
    date_to=st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2030, 1, 1))),
    level=st.sampled_from(("", "street", "micro")),
    ind=st.sampled_from(("", "close_rate")),
    lang=st.sampled_from(("zh", "en")),
    where=st.dictionaries(st.sampled_from(FILTERS), WORD).map(
        lambda found: tuple((name, found[name]) for name in FILTERS if name in found)
    ),
)


@given(VIEWS)
def test_a_view_survives_its_address(view: ViewState) -> None:
    assert parse_view(view.query()) == view
    assert parse_view(view.query()).ignored == ()


def test_the_default_view_has_a_bare_address() -> None:
    assert address("overview", ViewState()) == "/overview"
    assert address("grids", ViewState(unit="5101", lang="en")) == "/grids?unit=5101&lang=en&v=1"


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ({"from": "2026-02-31"}, ("from",)),
        ({"from": "2026-05-01", "to": "2026-01-01"}, ("from", "to")),
        ({"level": "planet"}, ("level",)),
        ({"unit": "x" * 200}, ("unit",)),
        ({"category": "01\x00"}, ("category",)),
    ],
)
def test_what_cannot_be_read_is_named(query: dict[str, str], named: tuple[str, ...]) -> None:
    view = parse_view(query)
    assert view.ignored == named
    assert view == ViewState()


@given(st.dictionaries(st.sampled_from(("unit", "from", "to", "level", "ind", "lang", "tab", *FILTERS)), st.text(max_size=100)))
def test_no_query_string_fails(query: dict[str, str]) -> None:
    parse_view(parse_view(query).query())


def test_a_filter_is_set_and_removed() -> None:
    view = ViewState().with_filter("category", "01").with_filter("source", "12345")
    assert view.category == "01"
    assert view.with_filter("category", "").where == (("source", "12345"),)
