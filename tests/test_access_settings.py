"""atlas.toml: every mistake in one sentence with its line; the commands check and password; what stops the start."""

import io
from pathlib import Path

import pytest

from dashboard.access.start import hosts_of, prepare
from dashboard.check import check_command
from dashboard.password import password_command
from dashboard.web.atlas_file import load_atlas, read_atlas
from dashboard.web.settings import AtlasSettings, Settings
from etl.model.errors import CallError
from etl.query.accounts import reader_for
from tests.access_city import HASH
from tests.tiny_city import tiny_city

GOOD = f"[[account]]\naccount = \"li\"\npassword = '{HASH}'\nrole = \"analyst\"\n"
MISTAKES = {
    "watermrk = true": (1, "watermark"),
    "[server]\nsesion_hours = 3": (2, "session_hours"),
    "[server]\nsession_hours = 720": (2, "24"),
    '[server]\naddress = "grid.example.gov.cn"': (2, "https://"),
    '[server]\nhosts = ["https://a.b/c"]': (2, "scheme"),
    '[server]\ncookie_secret_file = "none"': (2, "none"),
    "[[account]]\naccount = \"li\"\npassword = 'open sesame'\nrole = \"analyst\"": (3, "argon2"),
    GOOD.replace("analyst", "analist"): (4, "analyst"),
    GOOD.replace("analyst", "steward"): (4, "unit"),
    GOOD + GOOD: (6, "twice"),
    GOOD.replace('"li"', '"li <b>"'): (2, "letters"),
    GOOD + 'sign_in = "city"\n': (5, "way to sign in"),
    GOOD + 'rôle = "x"': (0, "TOML"),
    '[[group]]\nrole = "leader"': (1, "group is missing"),
    '[proxy]\nuser_header = "X-User"': (1, "addresses"),
    '[proxy]\naddresses = ["10.0.0.0/8"]\nuser_header = "X-User"': (2, "too wide"),
    '[proxy]\naddresses = ["10.0.0.1"]\nuser_header = "X User"': (3, "header"),
    '[[oidc]]\nid = "local"\nissuer = "https://a.b"\nclient_id = "c"\n[server]\naddress = "https://c.d"': (2, "not local"),
    '[[oidc]]\nid = "city"\nissuer = "http://a.b"\nclient_id = "c"\n[server]\naddress = "https://c.d"': (3, "https"),
    '[[oidc]]\nid = "city"\nissuer = "https://a.b"\nclient_id = "c"': (1, "address"),
    '[basemap]\nurl = "https://a.b/tiles"': (2, "{z}"),
}  # fmt: skip


@pytest.mark.parametrize("text", MISTAKES, ids=lambda text: text.splitlines()[-1][:40])
def test_a_mistake_is_one_sentence_with_its_line(text: str, tmp_path: Path) -> None:
    file = tmp_path / "atlas.toml"
    file.write_text(text, "utf-8")
    line, word = MISTAKES[text]
    with pytest.raises(CallError) as refused:
        load_atlas(file)
    said = refused.value.text
    assert word in said.en and said.zh and "\n" not in said.zh
    assert not line or (f"第 {line} 行" in said.zh and f"line {line}:" in said.en)


def test_all_mistakes_are_told_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "atlas.toml").write_text("watermrk = true\n[server]\nsesion_hours = 3\n", "utf-8")
    assert check_command(["--config", str(tmp_path / "atlas.toml"), "--warehouse", str(tmp_path)]) == 2
    said = capsys.readouterr().out
    assert "第 1 行" in said and "第 3 行" in said and len(said.splitlines()) == 4


def test_areas_are_looked_up_in_the_data_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    build, _ = tiny_city(tmp_path / "wh")
    build.close()
    file = tmp_path / "atlas.toml"
    file.write_text(GOOD + 'unit = "S11"\n', "utf-8")
    assert check_command(["--config", str(file), "--warehouse", str(tmp_path / "wh")]) == 0
    file.write_text(GOOD + 'unit = "M1119"\n', "utf-8")
    assert check_command(["--config", str(file), "--warehouse", str(tmp_path / "wh")]) == 1
    assert "第 5 行" in (said := capsys.readouterr().out) and "M111" in said
    assert check_command(["--config", str(tmp_path / "none.toml")]) == 2


def test_the_example_is_in_order_and_opens_nothing() -> None:
    settings, file = read_atlas(Path(__file__).resolve().parents[1] / "data" / "atlas.example.toml")
    assert not file.mistakes and not settings.has_sign_in


def test_an_area_is_a_range_and_a_missing_one_is_nothing(tmp_path: Path) -> None:
    build, numbers = tiny_city(tmp_path)
    reader = reader_for(build, "leader", "S11", "li")
    assert (reader.first_no, reader.last_no) == (numbers["S11"], numbers["S12"] - 1)
    with pytest.raises(Exception, match="不在当前数据版本中"):
        reader_for(build, "leader", "S99", "li")


def test_a_password_is_typed_twice_and_never_on_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for typed, code in (("Long-enough-1\nLong-enough-1\n", 0), ("Long-enough-1\nLong-enough-2\n", 2), ("short\nshort\n", 2), ("aaaaaaaaaaaa\naaaaaaaaaaaa\n", 2), ("", 2)):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        assert password_command([]) == code, typed
    out = capsys.readouterr().out.strip()
    (tmp_path / "atlas.toml").write_text(GOOD.replace(HASH, out), "utf-8")
    assert load_atlas(tmp_path / "atlas.toml").accounts.accounts[0].password == out
    assert password_command(["Long-enough-1"]) == 2


def test_a_broken_change_leaves_the_last_good_settings(tmp_path: Path) -> None:
    file = tmp_path / "atlas.toml"
    file.write_text(GOOD, "utf-8")
    settings = AtlasSettings(file)
    for text in ("not toml", GOOD + "watermrk = 1", "", "watermark = true"):
        file.write_text(text, "utf-8")
        settings._checked_at = -10.0
        assert settings.current().has_sign_in and settings.problem is not None, text
    file.write_text(GOOD.replace("analyst", "leader"), "utf-8")
    settings._checked_at = -10.0
    assert settings.current().accounts.accounts[0].role == "leader" and settings.problem is None
    file.unlink()
    settings._checked_at = -10.0
    assert settings.current().has_sign_in


def test_who_may_listen_where(tmp_path: Path) -> None:
    file = tmp_path / "atlas.toml"
    file.write_text(GOOD, "utf-8")
    with_accounts = load_atlas(file)
    with pytest.raises(CallError, match="未配置登录"):
        Settings(tmp_path, host="10.1.2.3")
    assert Settings(tmp_path, host="10.1.2.3", atlas=with_accounts)
    with pytest.raises(CallError, match="address"):
        Settings(tmp_path, host="0.0.0.0", atlas=with_accounts)
    file.write_text('[server]\naddress = "https://grid.example.gov.cn"\nhosts = ["10.1.2.3"]\n' + GOOD, "utf-8")
    named = Settings(tmp_path, host="0.0.0.0", atlas=load_atlas(file))
    assert set(hosts_of(named)) == {"10.1.2.3", "grid.example.gov.cn", "127.0.0.1", "localhost", "::1"}
    assert set(hosts_of(Settings(tmp_path))) == {"127.0.0.1", "localhost", "::1"}


def test_a_public_map_needs_its_approval_number(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="审图号"):
        prepare(Settings(tmp_path, public=True))
    (tmp_path / "atlas.toml").write_text('map_approval = "川S〔2026〕001号"\n', "utf-8")
    assert "川S〔2026〕001号" in prepare(Settings(tmp_path, public=True, atlas=load_atlas(tmp_path / "atlas.toml"))).zh
    assert "只在本机" in prepare(Settings(tmp_path)).zh
