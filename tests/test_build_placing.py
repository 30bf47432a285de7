"""Which unit a row lands in, and what is said when it lands in none."""

from collections.abc import Iterable
from pathlib import Path

import prcoords
import pyproj
import pytest

from tests.mini_city import SOUTH, STEP, WEST, Built, City, Row, case, compounds, middle

METRE = STEP / 111  # one metre of latitude in degrees, roughly


def words(number: object, **given: str) -> Row:
    """A case without a unit code, placed by what is given."""
    return case(number, 网格编码=None, **given)


def at(number: object, lon: float, lat: float, **given: object) -> Row:
    return case(number, **({"网格编码": None} | given), 经度=lon, 纬度=lat)


@pytest.fixture(scope="module")
def worded(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Cases placed by code and by words; other feeds placed through the row they belong to."""
    city = City(tmp_path_factory.mktemp("worded")).units().add("compound", compounds())
    city.add("case", [
        case("code", 小区点位="翠竹苑"), words("compound", 小区点位="翠竹苑3栋2单元501"), words("alias", 小区点位="太阳城东门"),
        words("alias_en", 小区点位="suncity"), words("community", 所属社区="梅园社区居委会", 小区点位="无名路口"),
        words("street", 所属街道="西岭街道办事处", 所属社区="不存在社区"), words("district", 所属区="青山区"), words("none", 小区点位="某地"), words("blank"),
        words("twins", 小区点位="锦绣家园"), words("twin_by_street", 所属街道="西岭街道", 小区点位="锦绣家园5栋"),
        words("twins_in_district", 所属区="青山区", 小区点位="锦绣家园"), words("twin_by_community", 所属社区="梅园", 小区点位="锦绣家园"),
        words("other_street", 所属街道="东风街道", 小区点位="望江名邸"), case("bad_code", 网格编码="M99"), case("bad_code_named", 网格编码="M99", 所属社区="兰亭"),
        case("name_for_code", 网格编码="桂花社区"), case("full_width_code", 网格编码="Ｍ３"),
    ])  # fmt: skip
    city.add("building", [{"楼栋编号": "B1", "小区编号": "P1", "微网格编码": "M2"}, {"楼栋编号": "B2", "小区编号": "P2"}])
    city.add("member_stat", [{"楼栋编号": b, "单元编码": code, "党员类别": "在职", "关系": "在册", "人数": 1, "统计日期": "2026-01-01"}
                             for b, code in (("B1", ""), ("B2", ""), ("B9", ""), ("B1", "S3"))])  # fmt: skip
    city.add("property_fee", [{"小区编号": p, "期间": "2026", "应收": 1, "实收": 1} for p in ("P3", "P9")])
    city.add("contract", [{"契约编号": "C1", "社区编码": "S2", "共建单位": "小学"}])
    city.add("contract_item", [{"契约编号": c, "项目编号": "1", "方向": "给予", "应完成日期": "2026-01-01"} for c in ("C1", "C9")])
    city.add("case_event", [{"工单编号": c, "序号": 1, "操作时间": "2026-03-05", "环节": "登记"} for c in ("Acompound", "Anone", "A_unknown")])
    return city.build()


def test_code_then_compound_then_community_street_district(worded: Built) -> None:
    placed = worded.placed()
    assert placed["Acode"] == ("M1", "code")
    assert placed["Acompound"] == ("X2", "compound")
    assert placed["Aalias"] == placed["Aalias_en"] == ("X1", "compound")
    assert placed["Acommunity"] == ("S2", "community")
    assert placed["Astreet"] == ("J2", "street")
    assert placed["Adistrict"] == ("Q1", "district")
    assert placed["Anone"] == placed["Ablank"] == ("510100", "none")
    assert placed["Afull_width_code"] == ("M3", "code")
    assert placed["Aname_for_code"] == ("S1", "community")


def test_twins_are_placed_one_level_up_unless_the_street_tells(worded: Built) -> None:
    placed = worded.placed()
    assert placed["Atwins"] == ("510100", "none")
    assert placed["Atwins_in_district"] == ("Q1", "district")
    assert placed["Atwin_by_street"] == ("X4", "compound")
    assert placed["Atwin_by_community"] == ("X3", "compound")
    assert [(row, column) for _, row, column, _, _ in worded.findings("ambiguous_name")] == [(11, "小区点位"), (13, "小区点位")]


def test_a_name_counts_only_inside_the_street_given(worded: Built) -> None:
    assert worded.placed()["Aother_street"] == ("J1", "street")


def test_a_code_nobody_has_is_told_and_the_words_still_count(worded: Built) -> None:
    assert worded.placed()["Abad_code"] == ("510100", "none") and worded.placed()["Abad_code_named"] == ("S3", "community")
    assert [(row, value) for _, row, _, value, _ in worded.findings("unknown_unit_code")] == [(16, "M99"), (17, "M99")]
    assert {row for file, row, *_ in worded.findings("not_placed") if file == "case_3.csv"} == {9, 10, 11, 16}


def test_rows_lie_where_what_they_belong_to_lies(worded: Built) -> None:
    assert set(worded.rows("SELECT b.building_id, u.unit_code, placed_by FROM building b JOIN unit u USING (unit_no)")) == {("B1", "M2", "code"), ("B2", "X2", "compound")}
    assert worded.rows("SELECT m.building_id, m.unit_code, u.unit_code, placed_by FROM member_stat m JOIN unit u USING (unit_no) ORDER BY src_row") == [
        ("B1", None, "M2", "code"), ("B2", None, "X2", "code"), ("B9", None, "510100", "none"), ("B1", "S3", "S3", "code")]
    assert worded.placed("property_fee", "compound_id") == {"P3": ("X3", "compound"), "P9": ("510100", "none")}
    assert worded.placed("contract_item", "contract_id") == {"C1": ("S2", "code"), "C9": ("510100", "none")}
    assert worded.placed("case_event") == {"Acompound": ("X2", "compound"), "Anone": ("510100", "none"), "A_unknown": ("510100", "none")}


def to_crs(crs: str, lon: float, lat: float) -> tuple[float, float]:
    """EPSG:4490 → another system, by libraries the product does not use."""
    if crs in ("GCJ-02", "BD-09"):
        convert = prcoords.wgs_gcj if crs == "GCJ-02" else prcoords.wgs_bd
        y, x = convert((lat, lon), False)
        return x, y
    return pyproj.Transformer.from_crs(4490, crs, always_xy=True).transform(lon, lat)


SYSTEMS = ("EPSG:4490", "EPSG:4326", "GCJ-02", "BD-09", "EPSG:4544", "EPSG:4523")
NORTH = SOUTH + STEP


@pytest.fixture(scope="module")
def pointed(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The same spots in six coordinate systems, borders, near misses and swapped columns."""
    city = City(tmp_path_factory.mktemp("pointed")).units()
    for crs in SYSTEMS:
        name = crs.replace(":", "").replace("-", "")
        # ten metres inside the corners of M4: an error of the transformation would show
        spots = {"mid": middle(4), "west": (WEST + 3 * STEP + 11 * METRE, SOUTH + 10 * METRE), "east": (WEST + 4 * STEP - 11 * METRE, NORTH - 10 * METRE)}
        city.add("case", [at(f"{name}_{spot}", *to_crs(crs, *where)) for spot, where in spots.items()], toml=f'crs = "{crs}"')
    lon, lat = middle(5)
    city.add("case", [
        at("over_code", lon, lat, 网格编码="M1"), at("border", WEST + 2 * STEP, lat), at("corner", WEST + 3 * STEP, SOUTH), at("near", lon, NORTH + 30 * METRE),
        at("far", lon, NORTH + 70 * METRE), at("far_code", lon, NORTH + 70 * METRE, 网格编码="M7"), at("near_words", lon, SOUTH - 30 * METRE, 所属社区="梅园社区"),
    ], "border.csv", 'crs = "EPSG:4490"')  # fmt: skip
    city.add("case", [at(f"swap{n}", lat, lon) for n in range(3)], "swapped.csv", 'crs = "EPSG:4490"')
    city.add("case", [at(f"one{n}", *((lat, lon) if n == 2 else (lon, lat))) for n in range(5)], "one.csv", 'crs = "EPSG:4490"')
    return city.build()


@pytest.mark.parametrize("crs", SYSTEMS)
def test_every_declared_system_lands_in_the_same_grid(pointed: Built, crs: str) -> None:
    name = crs.replace(":", "").replace("-", "")
    assert {case_no: where for case_no, where in pointed.placed().items() if case_no.startswith(f"A{name}_")} == {
        f"A{name}_{spot}": ("M4", "point") for spot in ("mid", "west", "east")}
    lon, lat = pointed.rows(f"SELECT lon, lat FROM \"case\" WHERE case_no = 'A{name}_mid'")[0]
    assert abs(lon - middle(4)[0]) < METRE and abs(lat - middle(4)[1]) < METRE


def test_a_point_comes_before_a_code_and_a_border_goes_to_the_lowest_code(pointed: Built) -> None:
    placed = pointed.placed()
    assert placed["Aover_code"] == ("M5", "point")
    assert placed["Aborder"] == ("M2", "point") and placed["Acorner"] == ("M3", "point")


def test_a_point_outside_is_never_snapped_and_a_near_one_is_told(pointed: Built) -> None:
    placed = pointed.placed()
    assert placed["Anear"] == placed["Afar"] == ("510100", "none")
    assert placed["Afar_code"] == ("M7", "code") and placed["Anear_words"] == ("S2", "community")
    near = {row: note for _, row, _, _, note in pointed.findings("point_near")}
    assert set(near) == {5, 8} and all(note.endswith("最近单元 第5微网格，30 米") for note in near.values())
    assert {row for file, row, *_ in pointed.findings("point_outside") if file == "border.csv"} == {6, 7}


def test_swapped_columns_and_a_single_swapped_row_are_noticed(pointed: Built) -> None:
    assert {pointed.placed()[f"Aswap{n}"] for n in range(3)} | {pointed.placed()[f"Aone{n}"] for n in range(5)} == {("M5", "point")}
    assert {(file, row) for file, row, *_ in pointed.findings("axes_swapped")} == {("swapped.csv", None), ("one.csv", 4)}


def crowd(name: str, micro: int, texts: Iterable[str | None]) -> list[Row]:
    """Rows on one coordinate pair, each with its place text."""
    return [at(f"{name}{n}", *middle(micro), 小区点位=text) for n, text in enumerate(texts)]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Seven spots around the limits of the placeholder rule (50 rows, 10 texts, half without text)."""
    city = City(tmp_path_factory.mktemp("crowded")).units()
    rows = crowd("texts", 1, ["翠竹苑" if n == 0 else f"街口{'甲乙丙丁戊己庚辛壬癸'[n % 10]}" for n in range(50)])
    rows += crowd("few", 2, [f"街口{'甲乙丙丁戊己庚辛壬'[n % 9]}" for n in range(50)])
    rows += crowd("short", 3, [f"街口{'甲乙丙丁戊己庚辛壬癸'[n % 10]}" for n in range(49)])
    rows += crowd("half", 4, ["街口甲" if n % 2 else None for n in range(50)])
    rows += crowd("less", 5, ["街口甲" if n < 26 else "" for n in range(50)])
    rows += [row | {"所属社区": "梅园社区"} for row in crowd("area", 7, [None] * 25 + ["街口甲"] * 25)]  # a community's name is no place
    rows += crowd("estate", 6, [f"望江名邸{n + 1}栋{n % 6 + 1}单元{n + 101}" for n in range(60)])
    return city.add("case", rows, toml='crs = "EPSG:4490"').build()


def test_placeholder_points(crowded: Built) -> None:
    flagged = dict(crowded.rows("SELECT regexp_extract(case_no, '[a-z]+'), count(*) FILTER (WHERE is_placeholder_point) FROM \"case\" GROUP BY 1"))
    assert flagged == {"texts": 50, "few": 0, "short": 0, "half": 50, "less": 0, "area": 50, "estate": 0}
    assert len(crowded.findings("placeholder_point")) == 150


def test_a_placeholder_is_placed_by_its_text_only(crowded: Built) -> None:
    placed = crowded.placed()
    assert placed["Atexts0"] == ("X2", "compound") and placed["Atexts1"] == ("510100", "none") and placed["Ahalf1"] == ("510100", "none")
    assert placed["Afew1"] == ("M2", "point") and placed["Aless1"] == ("M5", "point") and placed["Aestate1"] == ("M6", "point")
    assert placed["Aarea1"] == ("S2", "community")


def test_where_no_row_has_a_place_text_the_area_stands_in(tmp_path: Path) -> None:
    rows = [row | {"所属社区": "梅园社区"} for row in crowd("named", 1, [None] * 50)] + crowd("silent", 2, [None] * 50)
    built = City(tmp_path).units().add("case", rows, toml='crs = "EPSG:4490"').build()
    assert built.placed()["Anamed1"] == ("M1", "point") and built.placed()["Asilent1"] == ("510100", "none")


def test_coordinates_without_a_system_stop_the_build_and_a_facility_is_placed_by_its_point(tmp_path: Path) -> None:
    lon, lat = middle(2)
    facility = [{"编号": "F1", "名称": "服务中心", "类型": "警务室", "经度": lon, "纬度": lat}]
    done = City(tmp_path / "without").units().add("facility", facility).command()
    assert done.returncode == 1 and "facility_2.csv" in done.stderr and "crs" in done.stderr
    built = City(tmp_path / "with").units().add("facility", facility, toml='crs = "EPSG:4490"').build()
    assert built.placed("facility", "facility_id") == {"F1": ("M2", "point")}
