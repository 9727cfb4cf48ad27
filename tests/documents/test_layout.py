"""How a document is laid out: nothing runs off the page, no heading is left behind, columns are wide enough."""

import io
from unittest.mock import patch

import pytest
import typst
from docx import Document as read_word
from docx.oxml.ns import qn

import bids
from core import clock
from documents.markup import Block, grouped
from documents.pdf import pdf
from documents.queries import Document
from documents.word import word
from people import Cast
from proposals.application import application_of
from workflow.actions import perform

pytestmark = pytest.mark.django_db
LINE, TABLE = Block("paragraph", "一行。"), Block("table", rows=(("甲", "乙"), ("丙", "丁")), widths=(1, 3))
LINES = 22  # of a page


def laid(*blocks: Block) -> Document:
    return Document("bid", "样张", "样张", clock.now(), list(blocks))


def pictures(made: Document) -> list[bytes]:
    """Each page of the PDF as a picture, so that two pages can be compared."""
    with patch("documents.pdf.typst.compile") as asked:
        pdf(made)
    options = {name: value for name, value in asked.call_args.kwargs.items() if name != "pdf_standards"}
    drawn = typst.compile(*asked.call_args.args, **options, format="png", ppi=36)
    return drawn if isinstance(drawn, list) else [drawn]


@pytest.mark.parametrize("below", [LINE, TABLE], ids=["paragraph", "table"])
@pytest.mark.parametrize("kind", ["first", "second"])
def test_a_heading_never_stands_alone_at_the_foot_of_a_page(kind: str, below: Block) -> None:
    heading = Block(kind, "一、研究基础")
    [full] = pictures(laid(*[LINE] * (LINES - 1)))
    first, second = pictures(laid(*[LINE] * (LINES - 1), heading, below))
    assert first == full, "the heading went to the next page with what it heads"
    assert second != full
    if below is LINE:
        assert len(pictures(laid(*[LINE] * (LINES - 2), heading, below))) == 1
    made = read_word(io.BytesIO(word(laid(LINE, heading, below))))
    assert [paragraph.paragraph_format.keep_with_next for paragraph in made.paragraphs[:2]] == [None, True]


def test_a_name_without_a_place_to_break_stays_on_the_page() -> None:
    [short] = pictures(laid(Block("paragraph", "x" * 30)))
    [long] = pictures(laid(Block("paragraph", "x" * 130)))
    [longer] = pictures(laid(Block("paragraph", "x" * 190)))
    assert len({short, long, longer}) == 3, "what is longer runs on to a line of its own"


def test_the_columns_of_a_table_are_told_to_word_and_fill_the_text_area() -> None:
    [table] = read_word(io.BytesIO(word(laid(TABLE)))).tables
    assert [round(column.width.mm) for column in table.columns] == [39, 117]
    assert [round(cell.width.mm) for cell in table.rows[1].cells] == [39, 117]
    assert [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows] == [True, False]
    assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows)


def test_a_bid_on_paper_has_a_width_for_every_column_and_a_code_that_can_be_read_out(cast: Cast) -> None:
    need = bids.published(cast, of=bids.batch(cast, bid_form="full"))
    bid = bids.drafted(need, cast.team, **bids.full(need))
    perform(bid, "submit", by=cast.tao)
    bid = bids.fresh(bid)
    made = application_of(bid)
    tables = [block for block in made.blocks if block.kind == "table"]
    assert [row for block in tables for row in block.rows if len(row) != len(block.widths)] == []
    assert all(tables[0].rows[0]), "no empty cell in the head of the cover"
    answers = next(block for block in tables if block.rows[0][-1] == "依据、方法与风险")
    assert max(answers.widths) == answers.widths[-1]
    assert any(grouped(bid.latest.commitment) in block.text for block in made.blocks)
    assert not any(bid.latest.commitment in block.text for block in made.blocks)
    assert pdf(made).startswith(b"%PDF-")
