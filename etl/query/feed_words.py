"""What a filter about a feed may be asked for (筛选可选的值): the city's own words, as they stand in the reader's range."""

from etl.model.feed_filters import FEED_FILTERS
from etl.query.reader import Reader
from etl.query.sensitive import goes_together, handles_cases
from etl.query.shared import shared
from etl.query.units import units
from etl.query.warehouse import Build

MOST = 200


@shared
def feed_words(build: Build, reader: Reader, filter_name: str) -> tuple[str, ...]:
    """Fixed words in the order of the feed, else those of the rows the reader may see, most frequent first, at most `MOST`; none without the feed."""
    one = FEED_FILTERS[filter_name]
    if one.feed not in build.feeds or reader.role == "public":
        return ()
    if one.values:
        return tuple(one.values)
    first, last = max(reader.first_no, 1), min(reader.last_no, len(units(build)))
    rows = build.rows(
        f'SELECT "{one.column}" FROM "{one.feed}" WHERE unit_no BETWEEN $first AND $last AND "{one.column}" IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST}',
        {"first": first, "last": last},
    )
    is_kept_back = filter_name == "dispute" and not handles_cases(reader)
    return tuple(str(word) for (word,) in rows if not (is_kept_back and goes_together(word)))
