"""The rules of the house: imports go one way, DuckDB opens in one place, the registries are complete, files stay short."""

import ast
import sys
from pathlib import Path

import pytest

from etl.model.indicators import INDICATORS
from etl.model.tables import TABLES

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("etl", "dashboard", "pages")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
DRAWING = {"streamlit", "folium", "plotly", "streamlit_folium", "branca"}
MODEL_MAY = set(sys.stdlib_module_names) | {"ibis"}
LONGEST = 260


def imports(path: Path) -> set[str]:
    """Every module a file imports, dotted."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(path: Path) -> str:
    parts = path.relative_to(ROOT).parts
    return ".".join(parts[:2]) if parts[0] == "etl" and len(parts) > 2 else parts[0]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    here, used = room(path), imports(path)
    tops = {name.split(".")[0] for name in used}
    assert "pages" not in tops, "nothing imports a page"
    if here.startswith("etl"):
        assert not tops & DRAWING, f"etl draws nothing: {tops & DRAWING}"
        assert "dashboard" not in tops
    if here == "etl.model":
        assert all(name.split(".")[0] in MODEL_MAY or name.startswith("etl.model") for name in used if name != "etl")
    if here == "etl.query":
        assert all(name.startswith(("etl.query", "etl.model")) for name in used if name.startswith("etl."))
    if here in ("dashboard", "pages"):
        assert all(name.startswith(("etl.query", "etl.model")) for name in used if name.startswith("etl.")), "screens read builds through etl.query"


SHARED = ("assets", "maps", "web", "access", "view", "parts")  # dashboard's common rooms, lowest first; every other folder there is one page's own


@pytest.mark.parametrize("path", [p for p in FILES if p.parts[-2] != "dashboard" and "dashboard" in p.parts], ids=lambda p: str(p.relative_to(ROOT)))
def test_rooms_of_the_dashboard(path: Path) -> None:
    """assets, maps, web < access < view < parts < the pages' own rooms; no page's room uses another's."""
    here = path.relative_to(ROOT).parts[1]
    above = {"assets": ("assets",), "maps": ("assets", "maps"), "web": ("assets", "maps", "web"), "access": ("assets", "web", "access"), "view": ("assets", "maps", "web", "access", "view")}
    allowed = above.get(here, SHARED if here in SHARED else (*SHARED, here))
    used = {name.split(".")[1] for name in imports(path) if name.startswith("dashboard.")}
    assert used <= set(allowed), used - set(allowed)


def test_the_check_catches_a_planted_import(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("from dashboard.view.state import ViewState\n", encoding="utf-8")
    assert "dashboard.view.state" in imports(planted)


def test_duckdb_opens_in_one_place() -> None:
    opened = [str(p.relative_to(ROOT)) for p in FILES if "duckdb.connect(" in p.read_text(encoding="utf-8")]
    assert opened == ["etl/query/duck.py"]


def test_no_blanket_except() -> None:
    """`except Exception` hides faults; the one place is the page error hook."""
    found = {str(p.relative_to(ROOT)) for p in FILES for node in ast.walk(ast.parse(p.read_text(encoding="utf-8")))
             if isinstance(node, ast.ExceptHandler) and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException")))}
    assert found <= {"dashboard/errors.py", "etl/query/once.py"}  # once.py hands the fault to every waiter and raises it


def test_no_file_shadows_a_library() -> None:
    """`dashboard/` may come first on the path: a file called like a library would replace it."""
    assert not [p.name for p in (ROOT / "dashboard").glob("*.py") if p.stem in sys.stdlib_module_names | DRAWING]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


def test_every_indicator_is_complete() -> None:
    names = {table.name for table in TABLES}
    pages = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert len({one.id for one in INDICATORS}) == len(INDICATORS)
    for one in INDICATORS:
        assert set(one.feeds) <= names, one.id
        assert one.page in pages, one.id
        assert one.name.zh and one.name.en and one.definition.zh and one.definition.en, one.id


def test_every_feed_of_the_registry_has_a_distinct_name() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)
    assert len({table.title.zh for table in TABLES}) == len(TABLES)


LEFT_OPEN = {"download_button", "file_uploader", "image", "audio", "video", "pdf", "logo"}  # their files lie at /media, for everybody who has the address


@pytest.mark.parametrize("path", [p for p in FILES if {"dashboard", "pages"} & set(p.relative_to(ROOT).parts[:1])], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_leaves_by_streamlits_own_doors(path: Path) -> None:
    """Exports leave by /export/{token} alone."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "st":
            assert node.attr not in LEFT_OPEN, f"{path}: st.{node.attr}"
