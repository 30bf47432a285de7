"""Community workers and social organisations (社区工作者、社会组织): make-up as aggregates only, never one worker."""

from dataclasses import dataclass

from etl.model.levels import BY_ID as LEVELS
from etl.query.picked_rows import picked_rows
from etl.query.reader import Reader
from etl.query.scope import Scope
from etl.query.selection import in_range, wholly
from etl.query.shared import shared
from etl.query.subtree import number_range
from etl.query.suppress import is_limited
from etl.query.units import units
from etl.query.warehouse import Build

# column of worker_stat -> it is a share of the workers
SHARES = ("n_member", "n_certified", "n_degree", "n_over50")


@dataclass(frozen=True, slots=True)
class Share:
    """Workers with one trait, of the workers of those communities that report it. None where the reader is told "<k"."""

    id: str
    n: int | None
    of: int

    @property
    def rate(self) -> float | None:
        return None if self.n is None or not self.of else self.n / self.of


@dataclass(frozen=True, slots=True)
class Workers:
    """The workers of a unit by each community's newest count. `turnover`: left in the 12 months up to it ÷ mean of first and newest count."""

    communities: int
    n: int
    shares: tuple[Share, ...]
    joined: int | None
    left: int | None
    turnover: float | None
    training_per_head: float | None


@dataclass(frozen=True, slots=True)
class Organisations:
    """Active social organisations: all, with a standard, by field; communities with at least `least` of them with a standard."""

    registered: int
    active: int
    with_standard: int
    fields: tuple[tuple[str, int, int], ...]
    communities: tuple[tuple[int, str, str, int], ...]
    least: int

    @property
    def reaching(self) -> int:
        return sum(n >= self.least for _, _, _, n in self.communities)


@shared
def workers(build: Build, reader: Reader, scope: Scope, under: int) -> Workers:
    """Aggregates at or below a unit; nothing below the community (E3), small counts withheld from limited readers (E4)."""
    if units(build).level[under - 1] > LEVELS["community"].rank:
        return Workers(0, 0, (), None, None, None, None)
    first, last = number_range(build, reader, under)
    least = "min({0}) FILTER ({0} > 0)"
    sums = ", ".join(f"sum({name}), sum(n) FILTER ({name} IS NOT NULL), {least.format(name)}" for name in SHARES)
    newest = "row_number() OVER (PARTITION BY u.unit_code ORDER BY as_of_on DESC, w.file_no DESC, w.src_row DESC)"
    row = build.rows(
        f"WITH kept AS (SELECT w.*, u.unit_code AS code, {newest} AS place FROM worker_stat w JOIN unit u ON u.unit_no = w.unit_no "
        f"WHERE {in_range(scope, 'w.unit_no')} AND as_of_on <= $as_of), "
        "now AS (SELECT * FROM kept WHERE place = 1), "
        'year AS (SELECT k.*, now.n AS n_now, now.as_of_on AS until FROM kept k JOIN now USING (code) WHERE k.as_of_on > now.as_of_on - INTERVAL 12 MONTH) '
        f"SELECT (SELECT count(*) FROM now), (SELECT coalesce(sum(n), 0) FROM now), "
        '(SELECT sum(joined) FROM year), (SELECT sum("left") FROM year), (SELECT sum(training_hours) FROM year), '
        f"[x for x in (SELECT [{sums}] FROM now)], (SELECT sum(first_n) FROM (SELECT arg_min(n, as_of_on) AS first_n FROM year GROUP BY code))",
        {"first": first, "last": last, "as_of": scope.as_of},
    )[0]
    communities, n, joined, left, training, traits, first_n = row
    k = build.rules.privacy.analyst_k if is_limited(reader) else 0
    shares = tuple(
        # in a choice of communities the smallest of them counts: two choices that differ by one would tell it
        Share(name, None if 0 < ((least_one if scope.chosen else found) or 0) < k else int(found), int(of))
        for name, found, of, least_one in zip(SHARES, traits[::3], traits[1::3], traits[2::3], strict=True)
        if found is not None
    )
    mean = (int(first_n or 0) + int(n)) / 2
    return Workers(
        communities, int(n), shares, None if joined is None else int(joined), None if left is None else int(left),
        int(left) / mean if left is not None and mean else None, float(training) / int(n) if training is not None and n else None,
    )  # fmt: skip


@shared
def organisations(build: Build, reader: Reader, scope: Scope, under: int) -> Organisations:
    """The register at or below a unit; communities in force on the as-of day, fewest organisations first."""
    frame, (first, last) = units(build), number_range(build, reader, under)
    rows = build.rows(
        "SELECT coalesce(field, ''), count(*), count(*) FILTER (is_active), count(*) FILTER (is_active AND has_standard) FROM social_org "
        f"WHERE {picked_rows(scope, 'social_org')} GROUP BY 1 ORDER BY 4 DESC, 1",
        {"first": first, "last": last},
    )
    counts: dict[int, int] = {int(no): 0 for no in wholly(scope, frame.at_level("community", scope.as_of, first, last))}
    placed = f"SELECT unit_no, count(*) FROM social_org WHERE {picked_rows(scope, 'social_org')} AND is_active AND has_standard GROUP BY 1"
    for unit_no, n in build.rows(placed, {"first": first, "last": last}):
        now = frame.by_code(frame.code[unit_no - 1], scope.as_of) or unit_no
        community = next((no for no in (now, *reversed(frame.ancestors(now))) if no in counts), None)
        if community is not None:
            counts[community] += n
    threshold = build.rules.thresholds["social_org_n"].green
    listed = sorted(((no, frame.code[no - 1], frame.name[no - 1], n) for no, n in counts.items()), key=lambda one: (one[3], one[0]))
    return Organisations(
        sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[3] for row in rows), tuple((field, active, ok) for field, _, active, ok in rows),
        tuple(listed), int(threshold if isinstance(threshold, float) else threshold[0]),
    )  # fmt: skip
