"""The lists of a page as a workbook: every list, whole, real numbers and dates, what is kept back stays so."""

import csv
import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from dashboard.parts.export_rows import write_book
from dashboard.parts.list_table import Cell, date_cell, list_table, number, percent, text, yes
from dashboard.parts.page_tables import cells_of, collect, file_of, in_parts, offered, value_of
from dashboard.parts.page_workbook import listing
from tests.browsing import finished

HEADS = [("社区", False), ("户数", True), ("收缴率", True)]


def test_a_cell_leaves_as_what_it_shows() -> None:
    assert value_of(number(1234.56)) == (1234.56, "")  # the unrounded value behind "1,235"
    assert value_of(percent(0.98765)) == (pytest.approx(98.765), "%")
    assert value_of(percent(None)) == (None, "")
    assert value_of(Cell("&lt;10", 7.0, True)) == ("<10", "")  # what is kept back on the screen is not in the file
    assert value_of(Cell("10–20", 14.0, True)) == ("10–20", "")
    assert value_of(Cell("85.0%", 0.85, True)) == (85.0, "%")
    assert value_of(Cell("3 / 4", 3.0, True)) == ("3 / 4", "")
    assert value_of(Cell("12 小时", 12.0, True)) == (12, "小时")
    assert value_of(text("0101001")) == ("0101001", "")  # a code is text
    assert value_of(date_cell(date(2026, 10, 31))) == (date(2026, 10, 31), "")
    assert value_of(yes(True, "有", "无")) == ("有", "")
    assert value_of(Cell('<a href="?x=1" data-go>桂花 &amp; 家园</a>')) == ("桂花 & 家园", "")


def test_every_named_table_of_a_run_is_offered_once_and_whole() -> None:
    found = collect()
    rows = [[text("甲"), number(3), percent(0.5)]]
    whole = [*rows, [text("乙"), number(4), percent(None)]]
    offered("台账", HEADS, 2, lambda: whole)
    with in_parts():
        list_table(HEADS, rows, "", "台账")  # the part that is shown
    list_table(HEADS, rows, "", "")
    list_table(HEADS, [], "没有", "空表")
    list_table([("类", False)], [[text("丙")]], "", "台账")  # another one of that name
    assert {name: one.count for name, one in found.items()} == {"台账": 2, "台账 2": 1}
    assert file_of(HEADS, found["台账"].make()) == (["社区", "户数", "收缴率 (%)"], [["甲", 3, 50.0], ["乙", 4, None]])


def test_rows_written_by_hand_are_read_back() -> None:
    html = '<tr data-code="1"><td><a href="x">甲</a></td><td class="n" data-sort="2"><b>1,002</b></td><td>—</td></tr>'
    assert file_of(HEADS, cells_of(HEADS, html))[1] == [["甲", 1002, None]]


def test_the_workbook_has_a_sheet_for_each_and_one_that_says_what_they_are(tmp_path: Path) -> None:
    found = collect()
    offered("小区台账", HEADS, 1, lambda: [[text("=1+1"), number(3), percent(0.5)]])
    offered("社区用房/五中心", HEADS, 1, lambda: [[text("乙"), number(4), percent(0.25)]])
    write_book(tmp_path / "a.xlsx", [listing(name, one) for name, one in found.items()], [("导出人", "张三")], "口径", lambda n: None)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["小区台账", "社区用房_五中心", "口径"]
    assert [[cell.value for cell in row] for row in book["小区台账"]] == [["社区", "户数", "收缴率 (%)"], ["'=1+1", 3, 50]]
    assert [book["小区台账"][place].number_format for place in ("B2", "C2")] == ["#,##0", "#,##0"]  # no "3." in Excel
    assert [cell.value for cell in book["口径"][1]] == ["导出人", "张三"]


@pytest.mark.browser
def test_the_registers_leave_alone_and_with_all_lists_of_the_page(browser: Browser, demo_site: str, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.goto(f"{demo_site}/property")
    lists = page.locator(".st-key-page-tables h2")
    expect(lists).to_contain_text("行")
    finished(page)
    shown = page.locator('table[aria-label="社区用房与五中心"] tbody tr')
    first = [cell.strip() for cell in shown.first.locator("td").all_inner_texts()]
    with page.expect_download() as made:
        page.click(".st-key-export-list-premises button")
    made.value.save_as(tmp_path / "premises.csv")
    text = (tmp_path / "premises.csv").read_bytes().decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text)) if row and not row[0].startswith("#")]
    assert len(rows) - 1 == shown.count() and rows[1][0] == first[0]
    assert float(rows[1][1]) == pytest.approx(float(first[1].replace(",", "")), abs=0.5)
    with page.expect_download() as made:
        page.click(".st-key-export-page-tables button")
    made.value.save_as(tmp_path / "all.xlsx")
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert {"小区台账", "社区用房与五中心", "口径"} <= set(book.sheetnames)
    said_of = {row[0].value: row[1].value for row in book["口径"]}
    assert "元计" in said_of["小区台账"] and "平方米" in said_of["社区用房与五中心"]  # units and rules, as on the page
    assert any("平方米" in row[1] for row in csv.reader(io.StringIO(text)) if row and row[0] == "# 社区用房与五中心")
    assert book["社区用房与五中心"].max_row == len(rows)
    said = [int("".join(filter(str.isdigit, part))) for part in lists.inner_text().split("共")[1].split("、")[:2]]
    assert said == [len(book.sheetnames) - 1, sum(sheet.max_row - 1 for sheet in book.worksheets[:-1])]
    context.close()


@pytest.mark.browser
def test_a_comparison_leaves_in_the_units_of_the_page_and_names_its_filters(browser: Browser, demo_site: str, tmp_path: Path) -> None:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.goto(f"{demo_site}/explore?tab=compare&category=01")
    shown = page.locator("table.ga-sort tbody tr", has_text="按期结案率")
    expect(shown).to_be_visible()
    finished(page)
    with page.expect_download() as made:
        page.click(".st-key-export-list-compare button")
    made.value.save_as(tmp_path / "compare.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "compare.csv").read_bytes().decode("utf-8-sig"))))
    row = dict(zip(rows[0], next(one for one in rows if one and one[0] == "按期结案率"), strict=True))
    assert row["单位"] == "%" and shown.locator("td").nth(2).locator("b").inner_text() == f"{float(row['本期 · 值']):.1f}%"
    assert float(row["本期 · 值"]) == pytest.approx(100 * int(row["本期 · 分子"]) / int(row["本期 · 分母"]))
    about = {line[0]: line[1] for line in rows if line and line[0].startswith("# ")}
    assert about["# 筛选"].startswith("问题分类：01") and about["# 行数"] == str(len(rows) - 2 - len(about)) and about["# 导出人"]
    context.close()
