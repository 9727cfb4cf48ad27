"""Bad input in bids, answers, intents, contracts and what follows from them."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse

import journey
from contracts.actions import draft_contract, save_contract
from core import clock
from forms_on_page import Page
from meetings.actions import propose_intent
from people import Cast
from proposals.content import verdict
from workflow.actions import perform
from wrong_forms import as_, complaints, drafted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def test_writing_a_bid(cast: Cast):
    need = journey.published(cast)
    draft = drafted(cast, need)
    first = need.indicators.first().pk
    cases = [
        ("price", "abc", "“abc”不是金额。"),
        ("price", "-3", "金额不能为负数。"),
        ("price", "9" * 5000, "金额太大。"),
        ("period_months", "9" * 5000, "周期请填写整数月，例如 10。"),
        ("period_months", "十", "周期请填写整数月，例如 10。"),
        ("summary", "长" * 100_000, "100000 字"),
        (f"answer-{first}-value", "值" * 500, "500 字"),
        (f"answer-{first}-evidence", "注" * 501, "501 字"),
        ("milestones-0-amount", "三十万", "“三十万”不是金额。"),
        ("milestones-0-month", "99", "最晚第 60 个月。"),
        ("milestones-0-title", "程" * 500, "500 字"),
        ("members-0-name", "𠮷" * 500, "500 字"),
    ]
    assert complaints(as_(cast.tao), f"/proposals/{draft.pk}/edit/", cases, saves=True) == []


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "1e309", "27 MPa", "二十七", "9" * 5000])
def test_a_promise_that_is_no_number_is_left_to_the_bidders_own_word(cast: Cast, value):

    need = journey.draft(cast)
    strength = need.indicators.get(name="拉伸强度")
    assert verdict(strength, {"value": value, "meets": ""}) == "unclear"
    assert verdict(strength, {"value": value, "meets": "unmet"}) == "own-unmet"
    assert verdict(strength, {"value": "２７", "meets": ""}) == "met"


def test_starting_a_bid_without_a_team_of_ones_own(cast: Cast):
    need = journey.published(cast)
    cast.team, cast.rival_team  # noqa: B018 - there before the form offers them
    answer = as_(cast.tao).post(f"/listings/{need.number}/bid/", {"team": str(cast.rival_team.pk)})
    shown = Page("", answer.content.decode())
    assert answer.status_code == 422
    assert "这一项现在不能选了。请从列出的选项中选择。" in shown.text


def test_answering_a_bid(cast: Cast):
    need = journey.opened(cast)
    name = f"bid-{need.proposals.order_by('pk').first().pk}"
    cases = [
        (f"{name}-sentence", "不行", "太短了，请用一句话说明，至少 6 个字。"),
        (f"{name}-sentence", "长" * 501, "最多 500 字，现在 501 字。"),
    ]
    filled = {f"{name}-outcome": "refuse", f"{name}-code": "price"}
    assert complaints(as_(cast.alice), f"/needs/{need.pk}/compare/", cases, filled=filled) == []


def test_putting_an_intent(cast: Cast):
    need = journey.selected(cast)
    cases = [
        ("amount", "abc", "“abc”不是金额。"),
        ("amount", "-1", "金额不能为负数。"),
        ("next_date", "2020-01-01", "这一天已经过去。请填今天或以后的日期。"),
        ("next_date", "2026-02-30", "“2026-02-30”不是日期。请写成 2026-12-01 的样子。"),
        ("next_step", "步" * 500, "最多 200 字，现在 500 字。"),
    ]
    filled = {"next_step": "到企业见面", "next_date": "2099-12-31"}
    assert complaints(as_(cast.alice), f"/needs/{need.pk}/intent/", cases, filled=filled) == []


def test_writing_a_contract(cast: Cast):
    contract = journey.contract(cast, signed=False)
    cases = [
        ("amount", "abc", "“abc”不是金额。"),
        ("starts_on", "2026-02-30", "“2026-02-30”不是日期。"),
        ("ends_on", "2020-01-01", "终止日期要晚于起始日期。"),
        ("title", "题" * 500, "最多 100 字，现在 500 字。"),
        ("payments-0-amount", "-1", "金额不能为负数。"),
        ("payments-0-due_date", "2020-01-01", "这一天早于合同起始日期。"),
        ("milestones-0-due_date", "明天", "“明天”不是日期。"),
        ("milestones-0-deliverable", "物" * 500, "最多 300 字，现在 500 字。"),
    ]
    assert complaints(as_(cast.alice), f"/contracts/{contract.pk}/edit/?saved=1", cases) == []


def test_reporting_a_milestone_and_paying(cast: Cast):
    contract = journey.contract(cast)
    milestone, payment = contract.milestones.first(), contract.payments.first()
    report = reverse("move", args=["milestone", milestone.pk, "report"])
    cases = [("report", "做了", "说明太短，请至少写 10 个字。"), ("report", "长" * 2001, "现在是 2001 字")]
    assert complaints(as_(cast.tao), report, cases) == []
    tao = as_(cast.tao)
    tao.post(report, {"report": "样品三件已送检，强度 27 MPa。"})
    as_(cast.alice).post(reverse("move", args=["milestone", milestone.pk, "verify"]))
    cases = [
        ("paid_on", "2099-12-31", "支付日期不能晚于今天。"),
        ("paid_on", "2026-02-30", "请填写日期，例如 2026-12-01。"),
        ("paid_on", "", "请填写"),
    ]
    assert complaints(as_(cast.alice), reverse("move", args=["payment", payment.pk, "pay"]), cases) == []


def test_an_amount_typed_in_yuan_by_mistake_is_no_telephone_number(cast: Cast):
    """1,500,000 in a field of 万元 is 15,000,000,000.00 元: eleven digits that begin like a mobile number."""

    need = journey.selected(cast)
    amount, day = Decimal("15000000000.00"), clock.today() + timedelta(days=7)
    intent = propose_intent(need, amount=amount, next_step="见面", next_date=day, by=cast.alice)
    perform(intent, "agree", by=cast.tao)
    contract = draft_contract(intent, by=cast.alice)
    contract.confidentiality = "保密三年。"
    save_contract(contract, by=cast.alice)
    perform(contract, "offer", by=cast.alice)
    perform(contract, "sign", by=cast.tao)
    assert contract.amount == amount
