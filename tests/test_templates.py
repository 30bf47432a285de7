"""Templates and the data dictionary are made from the registry and can be read back."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from etl.data_dictionary import FILE, KIND_NAMES, PERSONAL_NAMES, render
from etl.model.errors import AtlasError
from etl.model.table import SQL_TYPES
from etl.model.tables import BY_NAME, TABLES
from etl.sources.headers import find_header
from etl.templates import NOTES_SHEET, template_columns, write_templates


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_templates(tmp_path_factory.mktemp("templates") / "new")


def test_one_template_per_feed(files: list[Path]) -> None:
    assert len(files) == len(TABLES) and all(file.is_file() for file in files)
    assert "05_诉求工单_case.xlsx" in {file.name for file in files}


def test_headers_are_the_standard_ones(files: list[Path]) -> None:
    for file, table in zip(files, TABLES, strict=True):
        book = load_workbook(file)
        assert book.sheetnames == [table.title.zh, NOTES_SHEET]
        sheet = book.worksheets[0]
        assert [cell.value for cell in sheet[1]] == [column.header for column in table.columns if column.personal != "drop"]
        header = find_header(table, [[str(cell.value) for cell in sheet[1]]])
        assert (header.first, header.height, header.score) == (0, 1, len(template_columns(table)))  # reads back as it is
        assert sheet.max_row == 1  # nothing below that a reader would take for data
        for cell, column in zip(sheet[1], template_columns(table), strict=True):
            assert ("必填" in cell.comment.text) == column.required
            assert cell.fill.fgColor.rgb == ("FFF7D9C4" if column.required else "FFE8EEF4")
        spans = [(span.min, span.max, span.number_format) for span in sheet.column_dimensions.values()]  # equal neighbours share one
        for at, column in enumerate(template_columns(table), start=1):
            if column.kind == "code":
                assert [pattern for first, last, pattern in spans if first <= at <= last] == ["@"]


def test_drop_downs_offer_the_standard_words(files: list[Path]) -> None:
    sheet = load_workbook(files[[table.name for table in TABLES].index("case")]).worksheets[0]
    offered = {str(rule.sqref).split(":")[0]: rule.formula1.strip('"').split(",") for rule in sheet.data_validations.dataValidation}
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    assert offered[columns["工单状态"] + "2"] == [local[0] for local in (BY_NAME["case"].column("status").words or {}).values()]
    assert offered[columns["纳入考核"] + "2"] == ["是", "否"]


def test_notes_name_every_column(files: list[Path]) -> None:
    for file, table in zip(files, TABLES, strict=True):
        rows = list(load_workbook(file)[NOTES_SHEET].iter_rows(min_row=5, values_only=True))
        assert [row[0] for row in rows] == [column.header for column in template_columns(table)]
        assert all(row[4] and row[5] for row in rows)


def test_same_registry_same_bytes(files: list[Path], tmp_path: Path) -> None:
    assert [file.read_bytes() for file in write_templates(tmp_path)] == [file.read_bytes() for file in files]


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(AtlasError):
        write_templates(tmp_path / "taken")


def test_dictionary_is_up_to_date_and_complete() -> None:
    text = render()
    assert FILE.read_text(encoding="utf-8") == text, "run: python -m etl.data_dictionary"
    for table in TABLES:
        section = text.split(f'<a id="{table.name}"></a>')[1].split("<a id=")[0]
        assert all(f"| `{column.name}` | {column.header} |" in section for column in table.columns)
    assert set(KIND_NAMES) == set(SQL_TYPES) and all(text.zh and text.en for text in KIND_NAMES.values())
    assert {column.personal for table in TABLES for column in table.columns} <= set(PERSONAL_NAMES)
