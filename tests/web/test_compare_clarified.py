"""What was clarified is marked wherever bids are compared: on the page, on paper, in the sheet, beside the verdicts."""

import io
import re
from typing import Any

import openpyxl
import pytest
from django.urls import reverse

import journey
from clarifications.actions import ask
from clarifications.models import Clarification
from people import Cast
from proposals.models import Proposal
from workflow.actions import perform

pytestmark = pytest.mark.django_db


@pytest.fixture
def bid(cast: Cast) -> Proposal:
    return journey.opened(cast).proposals.get(team=cast.team)


def clarified(bid: Proposal, cast: Cast, by: Any = None, **texts: str) -> Clarification:
    """Asked about these parts, under the names of the form, and answered with these texts."""
    parts = [name.replace("-", ":", 1 if name.startswith("text") else 0) for name in texts]
    parts = [re.sub(r"^answer-(.+)-(\w+)$", r"answer:\1:\2", part) for part in parts]
    row = ask(bid, question="与检测报告不一致，请逐处说明。", parts=parts, days=5, by=by or cast.alice)
    perform(row, "answer", by=cast.tao, data={"reply": "已按新样品改正。", **texts})
    bid.refresh_from_db()
    return Clarification.objects.get(pk=row.pk)


def strength(bid: Proposal, column: str = "value") -> str:
    return f"answer-{bid.need.indicators.get(name='拉伸强度').pk}-{column}"


def read(client: Any, user: Any, name: str, *args: Any) -> str:
    client.force_login(user)
    return client.get(reverse(name, args=args)).content.decode()


def column(page: str, bid: Proposal) -> str:
    """One bid as the comparison shows it."""
    return page.split(f'id="at-{bid.pk}"')[1].split("</section>")[0]


def cell(page: str, bid: Proposal, label: str) -> str:
    return next(one for one in column(page, bid).split('<div class="bid-cell">') if label in one.split("</span>")[0])


def test_a_value_that_was_clarified_says_so_in_its_cell_and_what_was_sealed(client, cast: Cast, bid):
    row = clarified(bid, cast, **{strength(bid): "26"})
    for reader in (cast.alice, cast.guan):
        page = read(client, reader, "need_compare", bid.need_id)
        shown = cell(page, bid, "拉伸强度")
        assert "已澄清" in shown
        assert row.get_absolute_url() in shown
        assert "密封时为 27 MPa" in shown
        assert "已澄清" not in cell(page, bid, "外观")
        assert "已澄清" not in column(page, bid.need.proposals.get(team=cast.rival_team))


def test_the_head_of_a_bid_counts_what_reads_otherwise_than_it_was_sealed(client, cast: Cast, bid):
    first = clarified(bid, cast, **{strength(bid): "26", "text-approach": "先做样品。"})
    page = read(client, cast.alice, "need_compare", bid.need_id)
    assert "已澄清 2 处" in column(page, bid)
    assert f'href="{first.get_absolute_url()}"' in column(page, bid)
    assert "已澄清" in cell(page, bid, "方案概述").split("技术路线")[1]
    clarified(bid, cast, **{strength(bid): "27"})  # as it was sealed again
    page = read(client, cast.alice, "need_compare", bid.need_id)
    assert "已澄清 1 处" in column(page, bid)
    assert f'href="{bid.get_absolute_url()}#clarifications"' in column(page, bid)
    assert "已澄清" not in cell(page, bid, "拉伸强度")


def test_a_question_that_waits_and_a_mere_explanation_are_told_apart_from_a_change(client, cast: Cast, bid):
    row = ask(bid, question="依据与响应值不一致，请说明。", parts=[], days=5, by=cast.alice)
    shown = column(read(client, cast.alice, "need_compare", bid.need_id), bid)
    assert ("待澄清" in shown, row.get_absolute_url() in shown, "已澄清" in shown) == (True, True, False)
    perform(row, "answer", by=cast.tao, data={"reply": "单位写错，数值不变。"})
    shown = column(read(client, cast.alice, "need_compare", bid.need_id), bid)
    assert ("已作澄清说明" in shown, "待澄清" in shown, "已澄清 " in shown) == (True, False, False)


def test_a_line_above_the_bids_says_what_the_mark_means_on_paper_too(client, cast: Cast, bid):
    says = "标“已澄清”的内容在方案开启后改过"
    assert says not in read(client, cast.alice, "need_compare", bid.need_id)
    clarified(bid, cast, **{strength(bid): "26"})
    page = read(client, cast.alice, "need_compare", bid.need_id)
    note = page.split(says)[0].rsplit('<div class="note', 1)[1]
    assert "no-print" not in note


def test_the_sheet_carries_the_mark_the_sealed_value_and_a_line_about_it(client, cast: Cast, bid):
    clarified(bid, cast, **{strength(bid): "26", "text-risk": "备用供应商两家。"})
    client.force_login(cast.alice)
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("need_compare_table", args=[bid.need_id])).content))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert any("标“已澄清”的内容在方案开启后改过" in str(row[0]) for row in rows[:5])
    head = next(place for place, row in enumerate(rows) if row[0] == "揭榜方")
    by_team = {row[0]: dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]}
    ours, other = by_team[cast.team.name], by_team[cast.rival_team.name]
    assert "已澄清" in next(value for name, value in ours.items() if name.startswith("拉伸强度"))
    assert ours["澄清"] == "已澄清 2 处：风险与对策；指标“拉伸强度”的响应值（密封时为 27）"
    assert other["澄清"] is None


def test_without_a_clarification_the_sheet_has_no_line_about_one(client, cast: Cast, bid):
    client.force_login(cast.alice)
    book = openpyxl.load_workbook(io.BytesIO(client.get(reverse("need_compare_table", args=[bid.need_id])).content))
    assert not any("已澄清" in str(cell) for row in book.worksheets[0].iter_rows(values_only=True) for cell in row)


def test_who_judges_a_promise_sees_that_it_was_clarified_and_may_ask_there(client, cast: Cast, bid):
    page = read(client, cast.alice, "need_weigh", bid.need_id, bid.pk)
    assert reverse("proposal_clarify", args=[bid.pk]) in page
    row = clarified(bid, cast, **{strength(bid): "26"})
    page = read(client, cast.alice, "need_weigh", bid.need_id, bid.pk)
    judged = next(one for one in page.split('<fieldset class="weigh-row">') if "拉伸强度" in one.split("</legend>")[0])
    assert "密封时为 27 MPa" in judged
    assert row.get_absolute_url() in judged
    assert "与密封时相比改了哪里" in page


def test_from_a_clarification_there_is_a_way_back_for_whoever_compares_and_for_nobody_else(client, cast: Cast, bid):
    row = clarified(bid, cast, **{strength(bid): "26"})
    back = reverse("need_compare", args=[bid.need_id])
    for reader, compares in ((cast.alice, True), (cast.guan, True), (cast.tao, False)):
        assert (back in read(client, reader, "clarification", row.pk)) is compares, reader
