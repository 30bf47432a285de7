"""Work done before the first visitor comes (预热): modules imported, the root's figures and the map's names computed once per build."""

from dashboard.filters import category_names
from dashboard.frame import reader_of
from dashboard.names import names_packed
from dashboard.page_sets import OVERVIEW_CARDS
from etl.model.indicators import BY_ID
from etl.query.attention import attention
from etl.query.scope import default_scope
from etl.query.series import year_on_year
from etl.query.units import units
from etl.query.warehouse import Build


def warm(build: Build) -> None:
    """Fills the caches that the overview of the whole range reads."""
    reader, scope = reader_of(build), default_scope(build)
    category_names("zh")
    for indicator_id in OVERVIEW_CARDS:
        if build.feeds.issuperset(BY_ID[indicator_id].feeds):
            year_on_year(build, reader, indicator_id, scope, reader.first_no)
    attention(build, reader, scope, reader.first_no)
    units(build).search("0", reader, limit=1)
    names_packed(build)
