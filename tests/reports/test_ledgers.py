"""Ledgers and their sheets: the same rows, sums that add up, and text that stays text."""

import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

import world
from people import Cast
from reports.ledgers import BY_KEY, LEDGERS, Column
from reports.workbook import plain, workbook

pytestmark = pytest.mark.django_db

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', "=cmd|' /C calc'!A0")


def sheet_of(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def written(value: Any) -> str:
    """A day comes back as its midnight, and 48.0 as 48."""
    return f"{value:g}" if isinstance(value, int | float | Decimal) else str(value or "")[:10]


def test_each_ledger_lists_its_records_and_sums_their_money(cast: Cast) -> None:
    world.need(cast, status="submitted")
    contract = world.contract(cast, status="performing")
    expected = {
        "needs": (2, [Decimal("1000000")]),
        "intents": (1, [Decimal("480000")]),
        "contracts": (1, [Decimal("480000"), Decimal(0)]),
        "milestones": (2, [Decimal("480000")]),
    }
    for ledger in LEDGERS:
        rows = ledger.select(cast.guan)
        totals = ledger.totals(rows)
        assert (totals["rows"], [v for v in ledger.sum_row(totals) if v is not None]) == expected[ledger.key]
        assert rows.count() == totals["rows"]
    assert BY_KEY["contracts"].select(cast.guan).get().pk == contract.pk


def test_a_draft_is_on_no_ledger(cast: Cast) -> None:
    world.need(cast, status="draft")
    assert list(BY_KEY["needs"].select(cast.guan)) == []


def test_a_ledger_is_narrowed_by_year_state_and_words(cast: Cast) -> None:
    submitted = world.need(cast, status="submitted", title="液态金属导热垫")
    world.need(cast, status="approved", title="抗爆弹性体")
    ledger = BY_KEY["needs"]
    assert ledger.select(cast.guan, year=2020).count() == 0
    assert ledger.select(cast.guan, year=submitted.submitted_at.year).count() == 2
    assert ledger.select(cast.guan, status="submitted").get() == submitted
    assert ledger.select(cast.guan, words="液态 海岳").get() == submitted
    assert ledger.select(cast.guan, words="液态 澄川").count() == 0


def test_a_ledger_shows_only_what_its_reader_may_see(cast: Cast) -> None:
    world.contract(cast, status="performing")
    assert [ledger.select(cast.charlie).count() for ledger in LEDGERS] == [1, 0, 0, 0]  # the listing is public


def test_the_sheet_says_exactly_what_the_ledger_says(cast: Cast) -> None:
    world.contract(cast, status="performing")
    for ledger in LEDGERS:
        rows = ledger.select(cast.guan)
        sums = ledger.sum_row(ledger.totals(rows))
        head = ["青岛高新区", "单位：万元"]
        sheet = sheet_of(workbook(str(ledger.title), ledger.columns, rows, sums=sums, head=head))
        told = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=5, max_row=sheet.max_row - 1)]
        meant = [[plain(column, column.value(row)) for column in ledger.columns] for row in rows]
        assert [[str(v or "")[:10] for v in line] for line in told] == [
            [str(v or "")[:10] for v in line] for line in meant
        ]
        assert [sheet.cell(line, 1).value for line in (1, 2, 3)] == [str(ledger.title), *head]
        assert sheet.cell(sheet.max_row, 1).value == "合计"


def test_money_is_exact_in_wan() -> None:
    column = Column("金额", lambda row: row, "wan", 12, "amount")
    assert plain(column, Decimal("485000.00")) == Decimal("48.5")
    assert plain(column, Decimal("0.01")) == Decimal("0.000001")
    assert plain(column, Decimal("1000000.00")) == Decimal("100")
    sheet = sheet_of(workbook("台账", [column], [Decimal("485000.00")], sums=[Decimal("485000.00")]))
    assert [sheet.cell(line, 1).value for line in (2, 3, 4)] == ["金额（万元）", 48.5, 48.5]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_formula(text: str) -> None:
    sheet = sheet_of(workbook("台账", [Column("名称", lambda row: row)], [text], head=[text]))
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s"}
    assert sheet.cell(4, 1).value == text
    assert sheet.cell(4, 1).quotePrefix


def test_control_characters_do_not_break_the_sheet() -> None:
    sheet = sheet_of(workbook("台账", [Column("名称", lambda row: row)], ["液态\x00金属\x1f䶮𠮷"]))
    assert sheet.cell(3, 1).value == "液态金属䶮𠮷"


def test_a_sheet_prints_on_a4_landscape_with_its_head_on_every_page() -> None:
    sheet = sheet_of(workbook("台账", [Column("名称", lambda row: row)], ["甲", "乙"], head=["单位：万元"]))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref) == ("A4", "$3:$3", "A3:A5")
