"""What stops a build, what does not, and what each command prints and exits with."""

import csv
import io
import json
import re
import sys
from pathlib import Path

import openpyxl
import pytest

from etl.load import cases
from etl.load.build import build
from etl.model.errors import AtlasError, CallError
from etl.model.indicators import INDICATORS
from etl.model.tables import TABLES
from tests.mini_city import Built, City, case, csv_text, etl, manifest_of, unit, units


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one published build of 20 cases; its tests change the input, never the build."""
    folder = tmp_path_factory.mktemp("stops")
    good(folder).build()
    return folder


def good(folder: Path, cases: int = 20) -> City:
    return City(folder).units().add("case", [case(n) for n in range(cases)], "cases.csv")


def stopped(city: City, error: type[AtlasError] = AtlasError) -> AtlasError:
    """The build is refused; the pointer, the builds and the work folder are as before."""
    before = (city.warehouse / "CURRENT").read_text(), sorted(path.name for path in city.warehouse.iterdir())
    with pytest.raises(error) as caught:
        city.build()
    assert type(caught.value) is error
    assert ((city.warehouse / "CURRENT").read_text(), sorted(path.name for path in city.warehouse.iterdir())) == before
    assert re.search("[一-龥]", caught.value.text.zh) and not re.search("[一-龥]{12}", caught.value.text.en)
    return caught.value


def test_a_file_nobody_may_open_stops_in_a_sentence(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rights of a file do not bind the superuser, who may run the tests: opening it is refused here."""
    opened = Path.open

    def refused(self: Path, *given: object, **more: object) -> object:
        if self.name == "cases.csv":
            raise PermissionError(13, "Permission denied", str(self))
        return opened(self, *given, **more)

    locked = good(city)
    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr("etl.load.streams.LARGE", 1)
    assert "无法打开 cases.csv" in stopped(locked).text.zh


def test_a_missing_file_a_missing_column_and_no_units_stop(city: Path) -> None:
    without = good(city)
    without.entries.append('[[source]]\nfeed = "whistle"\npath = "whistles/*.csv"\n')
    assert "whistles/*.csv" in stopped(without).text.zh
    missing = good(city).add("whistle", [{"哨单编号": "W1", "哨类": "执法", "吹哨时间": "2026-03-01"}], "w.csv")
    error = stopped(missing).text
    assert "w.csv" in error.zh and ("报到单位" in error.zh or "应到时间" in error.zh) and "sources.toml" in error.en
    assert "unit" in stopped(City(city).add("case", [case(1)], "cases.csv")).text.zh


def test_a_feed_that_loads_none_of_its_rows_stops(city: Path) -> None:
    assert "没有一行可以入库" in stopped(good(city).add("wish", [{"编号": "1", "单元编码": "M1", "日期": "某天"}] * 3, "wishes.csv")).text.zh


@pytest.mark.parametrize("cases, is_refused", [(1, True), (2, False), (200, False), (201, True)])
def test_ten_times_more_or_fewer_rows_stop(city: Path, cases: int, is_refused: bool) -> None:
    changed = good(city, cases)
    if is_refused:
        assert "--allow-jump" in stopped(changed).text.en
    else:
        assert build(changed.sources, changed.warehouse, dry_run=True).folder is None


def test_a_jump_can_be_allowed_and_a_feed_left_out_is_no_jump(city: Path) -> None:
    assert build(good(city, 1).sources, city / "warehouse", dry_run=True, allow_jump=True).manifest["feeds"]["case"]["rows_read"] == 1
    assert build(City(city).units().sources, city / "warehouse", dry_run=True).manifest["feeds"].keys() == {"unit"}


def test_rejected_rows_and_findings_never_stop(city: Path) -> None:
    wild = csv_text([case(1), case(2, 来电时间="?"), case(3, 工单状态="?"), case(4, 办结时间="?"), case(5, 网格编码="?")])
    tried = City(city).units().add("case", wild, "cases.csv")
    result = build(tried.sources, tried.warehouse, dry_run=True)
    assert result.manifest["feeds"]["case"]["rows_rejected"] == 1 and len(result.findings) >= 4


def test_a_dry_run_publishes_nothing(city: Path) -> None:
    before = sorted(path.name for path in (city / "warehouse").iterdir())
    assert build(good(city).sources, city / "warehouse", dry_run=True).manifest["feeds"]["case"]["rows_loaded"] == 20
    assert sorted(path.name for path in (city / "warehouse").iterdir()) == before


@pytest.mark.parametrize(
    "head, words",
    [("[city]\nnam = 'x'\n", "name"), ("[[source]]\nfeed = 'case'\npath = 'x'\nsheeet = 'x'\n", "sheet"), ("[city\n", "TOML"), ("allow_outsid = true\n", "allow_outside"), ("[[source]]\nfeed = 'cas'\npath = 'x'\n", "case")],
)
def test_wrong_configuration_is_a_wrong_call_and_names_the_nearest_key(city: Path, head: str, words: str) -> None:
    wrong = good(city)
    wrong.head = head
    assert words in stopped(wrong, CallError).text.zh


def test_an_empty_file_is_refused_or_empty_but_never_a_fault(city: Path) -> None:
    assert "empty.csv" in stopped(good(city).add("wish", "", "empty.csv")).text.zh


def test_wrong_rules_beside_the_sources_are_a_wrong_call(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text("[repeat]\ndayz = 1\n")
    done = good(tmp_path).command()
    assert done.returncode == 2 and "days" in done.stderr and not (tmp_path / "warehouse" / "CURRENT").exists()


def test_exit_codes_and_sentences_of_the_real_command(city: Path) -> None:
    before = manifest_of(city / "warehouse")["build_id"]
    done = good(city, 1).command()
    assert done.returncode == 1 and done.stdout == "" and "20" in done.stderr and "未发布" in done.stderr
    english = etl("--lang", "en", "build", good(city, 1).sources, "--warehouse", city / "warehouse")
    assert english.returncode == 1 and "--allow-jump" in english.stderr and not re.search("[一-龥]", english.stderr)
    assert (etl("build").returncode, etl("build", city / "none.toml").returncode) == (2, 2)
    assert manifest_of(city / "warehouse")["build_id"] == before


def test_a_good_build_says_what_it_did_and_exits_0(tmp_path: Path) -> None:
    done = etl("--lang", "en", "build", good(tmp_path).sources, "--warehouse", tmp_path / "w")
    assert done.returncode == 0 and done.stdout == ""
    assert "Published build" in done.stderr and "read 20 = loaded 20 + rejected 0 + duplicate 0" in done.stderr
    assert not re.search("[一-龥]", done.stderr)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Two builds; the second has findings."""
    city = good(tmp_path_factory.mktemp("served"))
    city.build()
    formula = unit("X9", "=HYPERLINK(1)", "小区", "S9")
    return City(city.folder).units([*units(), formula]).add("case", [case(n) for n in range(20)] + [case(99, 来电时间="=1+1")], "cases.csv").build()


def run(built: Built, *words: object, lang: str = "zh") -> tuple[int, str]:
    done = etl("--lang", lang, *words, "--warehouse", built.warehouse)
    assert not done.stdout.startswith("\ufeff") and "\r" not in done.stdout
    return done.returncode, done.stdout


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_status_lists_builds_and_rollback_goes_back(served: Built) -> None:
    code, text = run(served, "status")
    ids = re.findall(r"^(\d{8}-\d{6}-[0-9a-f]{4})", text, re.M)
    assert code == 0 and len(ids) == 2 and ids == sorted(ids, reverse=True) and text.count("（当前）") == 1 and text.index("（当前）") < text.index(ids[1])
    assert "2026-03-07" in text and "诉求工单 case: 20" in text
    assert run(served, "rollback", "20990101-000000-aaaa")[0] == 1 and run(served, "rollback")[0] == 0
    assert manifest_of(served.warehouse)["build_id"] == ids[1]
    assert run(served, "rollback")[0] == 1, "there is no build before the first"
    assert run(served, "rollback", ids[0])[0] == 0 and manifest_of(served.warehouse)["build_id"] == ids[0]


def test_findings_as_csv_and_xlsx(served: Built, tmp_path: Path) -> None:
    code, text = run(served, "findings", lang="en")
    rows = table(text)
    assert code == 0 and list(rows[0]) == ["feed", "file", "row", "column", "rule", "severity", "value", "problem", "how to fix", "note"]
    bad = next(row for row in rows if row["rule"] == "bad_required")
    assert (bad["file"], bad["row"], bad["column"], bad["value"], bad["severity"]) == ("cases.csv", "22", "来电时间", "'=1+1", "reject") and bad["how to fix"]
    assert all(row["problem"] and row["how to fix"] for row in rows)
    assert run(served, "findings", "--out", tmp_path / "f.csv")[0] == 0 and run(served, "findings", "--out", tmp_path / "f.xlsx")[0] == 0
    written = (tmp_path / "f.csv").read_text("utf-8-sig")
    assert len(table(written)) == len(rows) and "'=1+1" in written
    sheet = openpyxl.load_workbook(tmp_path / "f.xlsx")["逐行"]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert sheet.max_row == len(rows) + 1 and all(cell.data_type != "f" for cell in cells) and "=1+1" in {cell.value for cell in cells}
    assert run(served, "findings", "--out", tmp_path / "f.txt")[0] == 2 and run(served, "findings", "20990101-000000-aaaa")[0] == 1
    earlier = served.build.id, sorted(path.parent.name for path in served.warehouse.glob("*/manifest.json"))[0]
    assert len(table(run(served, "findings", earlier[1])[1])) < len(rows)


def test_indicator_lines(served: Built) -> None:
    code, text = run(served, "indicator", "case_per_1000hh", "--level", "street", "--from", "2026-03-01", "--to", "2026-03-31")
    assert code == 0 and text.splitlines()[0] == "code,name,numerator,denominator,value,state"
    first, second = table(text)
    assert float(first.pop("value")) == pytest.approx(20 / 150 * 1000, rel=1e-12)
    assert first == {"code": "J1", "name": "东风街道", "numerator": "20", "denominator": "150", "state": "ok"}
    assert second == {"code": "J2", "name": "西岭街道", "numerator": "0", "denominator": "210", "value": "0", "state": "ok"}
    code, text = run(served, "indicator", "overdue_open_n", "--level", "micro", "--under", "S1", "--format", "json", "--where", "status=closed")
    lines = json.loads(text)
    assert code == 0 and [line["code"] for line in lines] == ["M1", "M2", "M3"]
    assert lines[0] == {"code": "M1", "name": "第1微网格", "numerator": 0, "denominator": None, "value": 0, "state": "ok"}


@pytest.mark.parametrize(
    "words, code",
    [(("close_ratee", "--level", "city"), 2), (("close_rate", "--level", "town"), 2), (("close_rate",), 2), (("close_rate", "--level", "city", "--under", "Z9"), 2),
     (("close_rate", "--level", "city", "--where", "colour=red"), 2), (("close_rate", "--level", "city", "--from", "2026-02-30"), 2)],
)  # fmt: skip
def test_wrong_indicator_calls(served: Built, words: tuple[str, ...], code: int) -> None:
    assert run(served, "indicator", *words) == (code, "")


def test_indicators_lists_the_registry(served: Built) -> None:
    done = etl("indicators")
    rows = table(done.stdout)
    assert done.returncode == 0 and [row["id"] for row in rows] == [one.id for one in INDICATORS]
    assert list(rows[0]) == ["id", "name_zh", "name_en", "unit", "levels", "page", "definition"] and all(all(row.values()) for row in rows)


def test_templates_have_one_workbook_per_feed(tmp_path: Path) -> None:
    assert etl("templates", "--out", tmp_path / "t").returncode == 0
    assert len(list((tmp_path / "t").glob("*.xlsx"))) == len(TABLES)


def test_before_the_first_build_every_command_says_so(tmp_path: Path) -> None:
    codes = [etl(*words, "--warehouse", tmp_path / "none").returncode for words in (("status",), ("findings",), ("rollback",))]
    assert codes == [0, 1, 1]


def test_python_runs_with_the_commands_help() -> None:
    done = etl("--help")
    assert done.returncode == 0 and all(name in done.stdout for name in ("build", "status", "rollback", "findings", "indicator", "templates")), sys.executable


def test_a_stop_while_work_runs_in_the_background_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing a connection in use fails: that must not hide the sentence."""

    def slowly(con, rules, log) -> None:
        for _ in range(20):
            con.execute("SELECT count(*) FROM range(3000000) a WHERE hash(a.range) % 7 = 1").fetchall()

    def stopped(*_: object) -> None:
        raise AtlasError("坐标系未声明", "no coordinate system")

    monkeypatch.setattr(cases, "classify", slowly)
    monkeypatch.setattr("etl.load.build.place_points", stopped)
    city = City(tmp_path).units().add("case", [case(n) for n in range(3)])
    with pytest.raises(AtlasError, match="坐标系未声明"):
        build(city.sources, city.warehouse)
