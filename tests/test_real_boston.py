"""Boston 2011 against plain pandas and geopandas on the raw files: rows, on-time marks, places, indicators."""

from datetime import date, timedelta

import geopandas as gpd
import pandas as pd
import pytest
import shapely

FALLBACK = (42.3594, -71.0587)


@pytest.fixture(scope="module")
def raw(real_data) -> pd.DataFrame:
    """The file as it is, with times read and each row's place found by geopandas: `point` (code), `text` (code), `code`."""
    folder = real_data / "us-boston311-2011"
    rows = pd.read_csv(folder / "311_service_requests_2011.csv", dtype=str, keep_default_na=False)
    for name, column in (("opened", "open_dt"), ("target", "target_dt"), ("closed", "closed_dt")):
        rows[name] = pd.to_datetime(rows[column].mask(rows[column] == ""), format="%Y-%m-%d %H:%M:%S")
    rows["fallback"] = (rows.latitude.astype(float) == FALLBACK[0]) & (rows.longitude.astype(float) == FALLBACK[1])
    areas = gpd.read_file(folder / "boston_neighborhood_boundaries.geojson")
    areas["geometry"] = shapely.make_valid(areas.geometry.to_numpy())
    areas["code"] = areas.neighborhood_id.astype(str)
    points = gpd.GeoDataFrame(rows[~rows.fallback], geometry=gpd.points_from_xy(rows[~rows.fallback].longitude.astype(float), rows[~rows.fallback].latitude.astype(float)), crs=areas.crs)
    joined = points[["geometry"]].sjoin(areas[["code", "geometry"]], predicate="intersects")
    rows["point"] = joined.groupby(level=0).code.min()  # on a border: the lowest code
    codes = dict(zip(areas["name"].str.strip().str.lower(), areas.code, strict=True))
    rows["text"] = rows.neighborhood.str.strip().str.lower().map(codes)
    rows["code"] = rows.point.fillna(rows.text)
    return rows


def test_every_row_is_accounted_for_and_keeps_its_place_in_the_file(boston, raw) -> None:
    assert boston.counts("case") == (58251, 58251, 0, 0)
    stored = boston.ask('SELECT case_no, src_row, reported_at, due_at, closed_at FROM "case" ORDER BY src_row')
    assert stored.case_no.tolist() == raw.case_enquiry_id.tolist()
    assert stored.src_row.tolist() == list(range(2, 58253))
    for ours, theirs in (("reported_at", "opened"), ("due_at", "target"), ("closed_at", "closed")):
        assert stored[ours].equals(raw[theirs].astype(stored[ours].dtype)), ours
    assert boston.peak_mb < 1500


def test_fallback_point_is_recognised_and_never_places(boston, raw) -> None:
    assert raw.fallback.sum() == 4775
    flagged = boston.ask('SELECT src_row, placed_by FROM "case" WHERE is_placeholder_point ORDER BY src_row')
    assert flagged.src_row.tolist() == (raw.index[raw.fallback] + 2).tolist()
    assert set(flagged.placed_by) == {"community", "none"}
    assert (flagged.placed_by == "community").sum() == (raw.fallback & raw.text.notna()).sum() == 1384
    assert len(boston.findings("placeholder_point")) == 4775


def test_ontime_per_case_agrees_with_the_file_but_for_157_listed(boston, raw) -> None:
    closed = boston.ask("SELECT src_row, closed_at <= limit_at AS ontime FROM \"case\" WHERE closed_at IS NOT NULL AND due_at IS NOT NULL ORDER BY src_row")
    marks = raw.loc[closed.src_row - 2, "ontime"]
    differs = closed.src_row.to_numpy()[closed.ontime.to_numpy(bool) != (marks == "ONTIME").to_numpy()]
    silent = closed.src_row.to_numpy()[(marks == "").to_numpy()]
    listed = boston.findings("source_ontime_differs")
    assert len(closed) == 43821
    assert set(differs) <= set(silent) and len(silent) == 157  # the file contradicts its own dates by saying nothing
    assert listed["row"].tolist() == silent.tolist()
    assert boston.one('SELECT count(*) FROM "case" WHERE closed_at IS NOT NULL AND limit_at IS NULL') == 10749


def test_map_of_cases_agrees_with_geopandas(boston, raw) -> None:
    ours = boston.ask("SELECT u.unit_code, count(*) n FROM \"case\" c JOIN unit u USING (unit_no) WHERE placed_by = 'point' GROUP BY 1").set_index("unit_code").n
    assert ours.to_dict() == raw.point.value_counts().to_dict()
    assert ours.sum() == 53461
    texts = boston.ask("SELECT u.unit_code, count(*) n FROM \"case\" c JOIN unit u USING (unit_no) WHERE placed_by = 'community' GROUP BY 1").set_index("unit_code").n
    assert texts.to_dict() == raw[raw.point.isna()].text.value_counts().to_dict()
    outside = raw.index[~raw.fallback & raw.point.isna()] + 2
    told = pd.concat([boston.findings("point_outside"), boston.findings("point_near")])
    assert len(outside) == 15 and sorted(told["row"]) == outside.tolist()
    assert len(boston.findings("geometry_repaired")) == 1


def expected(raw: pd.DataFrame, indicator: str, first: str, last: str, as_of: str, lead: str | None, code: str | None) -> tuple[int, int | None]:
    """The definition once more, from the raw file: (numerator, denominator)."""
    rows = raw[(raw.opened >= first) & (raw.opened < pd.Timestamp(last) + timedelta(days=1))]
    rows = rows[rows.department == lead] if lead else rows
    rows = rows[rows.code == code] if code else rows
    if indicator == "geo_match_rate":
        return int(rows.point.notna().sum()), len(rows)
    end = pd.Timestamp(date.fromisoformat(as_of) + timedelta(days=1))
    closed = rows.closed < end
    due = rows.target < end
    if indicator == "overdue_open_n":
        return int((~closed & due).sum()), None
    should = closed | due
    done = closed if indicator == "close_rate" else closed & (rows.target.isna() | (rows.closed <= rows.target))
    return int((done & should).sum()), int(should.sum())


@pytest.mark.parametrize("indicator", ["ontime_close_rate", "close_rate", "overdue_open_n", "geo_match_rate"])
@pytest.mark.parametrize(("first", "last", "as_of", "lead"), [
    ("2011-07-01", "2011-12-31", "2011-12-31", None),
    ("2011-08-15", "2011-10-14", "2011-10-20", None),
    ("2011-09-01", "2011-09-30", "2011-09-15", "ISD"),
])  # fmt: skip
def test_indicators_agree_with_pandas(boston, raw, indicator, first, last, as_of, lead) -> None:
    where = ["--where", f"lead_unit={lead}"] if lead else []
    if first == "2011-08-15":
        lines = pd.concat([boston.indicator(indicator, "--level", level, "--from", first, "--to", last, "--as-of", as_of, *where) for level in ("city", "community")])
        assert len(lines) == 27
    else:
        lines = boston.indicator(indicator, "--level", "community", "--from", first, "--to", last, "--as-of", as_of, *where)
        assert len(lines) == 26
    for line in lines.itertuples():
        top, bottom = expected(raw, indicator, first, last, as_of, lead, None if line.code == "25025" else line.code)
        if bottom is None:
            assert (line.numerator, line.value, line.denominator) == (str(top), str(top), ""), line
        else:
            assert (line.numerator, line.denominator) == (str(top), str(bottom)), line
            assert line.state == ("no_data" if bottom == 0 else "unstable" if bottom < 10 else "ok")
            assert line.value == "" if bottom == 0 else float(line.value) == pytest.approx(top / bottom, abs=1e-12)


def test_by_department_agrees_with_pandas(boston, raw) -> None:
    lines = boston.indicator("ontime_close_rate", "--level", "city", "--by", "lead_unit", "--from", "2011-07-01", "--to", "2011-12-31")
    ours = {line.code or line.name: (int(line.numerator), int(line.denominator)) for line in lines.itertuples()}
    theirs = {lead: expected(raw, "ontime_close_rate", "2011-07-01", "2011-12-31", "2011-12-31", lead, None) for lead in raw.department.unique()}
    assert {lead: pair for lead, pair in ours.items() if pair[1]} == {lead: pair for lead, pair in theirs.items() if pair[1]}
    assert set(ours) <= set(theirs)  # one in charge of nothing due is listed with 0 of 0
