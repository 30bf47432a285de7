"""Work done before the first visitor comes (预热): the figures of the whole range, the map's names, the files every page loads."""

import re
import time
from dataclasses import replace

from dashboard.access.identity import MACHINE
from dashboard.shell import shell_html
from dashboard.view.filters import PERIODS, category_names
from dashboard.view.page_sets import CARD_ROWS, GRIDS_CARDS, OVERVIEW_CARDS, QUALITY_CARDS
from dashboard.view.run import reader_of
from dashboard.web.names import names_packed
from dashboard.web.packed import known_files, packed_file
from dashboard.web.serving import serving
from etl.model.indicators import BY_ID
from etl.query.attention import attention
from etl.query.figures import figure, is_connected
from etl.query.four_blocks import four_blocks
from etl.query.lights import light_of
from etl.query.scope import default_scope, make_scope
from etl.query.series import changes_ahead, year_on_year
from etl.query.units import units
from etl.query.warehouse import Build

PAUSE_S = 0.02  # between two figures, so that a visitor who comes early is answered
LONG_PAUSE_S = 0.1  # visitors are there by then


def warm(build: Build) -> None:
    """Fills the caches that the overview of the whole range reads: cards with their comparison, map, lists, search, names.
    Of the named periods only the map's first indicator."""
    if serving().is_public:
        return
    reader, scope = reader_of(build, MACHINE), default_scope(build)
    category_names("zh")
    names_packed(build)
    units(build).search("0", reader, limit=1)
    for indicator_id in dict.fromkeys((*OVERVIEW_CARDS, *GRIDS_CARDS, *QUALITY_CARDS)):
        if is_connected(build, BY_ID[indicator_id]):
            year_on_year(build, reader, indicator_id, scope, reader.first_no)
            time.sleep(PAUSE_S)
    attention(build, reader, scope, reader.first_no)
    four_blocks(build, reader, scope, reader.first_no)
    if is_connected(build, BY_ID[OVERVIEW_CARDS[0]]):
        for period in PERIODS:
            figure(build, reader, OVERVIEW_CARDS[0], make_scope(build, *period.days(build.data_date)), reader.first_no)
            time.sleep(PAUSE_S)


def warm_shapes(build: Build) -> None:
    """Writes the SQL of every page's cards, with a class and without, by asking it of one compound grid: seconds of the interpreter that
    the first visitors of each page would wait for, all of them."""
    if serving().is_public:
        return
    reader, whole = reader_of(build, MACHINE), default_scope(build)
    small = next((no for no in reversed(units(build).at_level("compound", whole.as_of).tolist()) if reader.sees(no)), None)
    if small is None:  # of a larger unit the figures of the whole city would be worked out
        return
    for where in ((), (("category", "12"),)):
        for row in CARD_ROWS:
            asks = [(one, replace(whole, where=where if "category" in BY_ID[one].filters else ())) for one in row if is_connected(build, BY_ID[one])]
            changes_ahead(build, reader, asks, small, with_period=True)
            for indicator_id, scope in asks:
                light_of(build, reader, indicator_id, scope, year_on_year(build, reader, indicator_id, scope, small).current)
                time.sleep(LONG_PAUSE_S)


def warm_files() -> None:
    """Compresses what the first page's HTML names, so that the first visitor's browser is served from memory."""
    for path in re.findall(r'(?:src|href)="\.?(/[^"?]+)', shell_html("overview", "zh")):
        if path in known_files():
            packed_file(path)
