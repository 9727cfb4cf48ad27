"""What is promised against what is asked: by the number, else by a person, who may also overrule it with a note."""

import io
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied

import world
from decisions.actions import answer
from decisions.comparing import computed, over_budget, over_period, promises, suggest
from decisions.models import Judgement, Note, Shortlisting
from decisions.weighing import judge, shortlist, write_note
from needs.models import Indicator, Need
from people import Cast
from proposals.models import Proposal
from workflow.machine import Refused
from wrong_forms import as_


# ── the pure part ───────────────────────────────────────────────────────────────
def indicator(operator: str = "ge", value: str | None = "25", most: str | None = None) -> Indicator:
    numbers = {"value": None if value is None else Decimal(value), "value_max": None if most is None else Decimal(most)}
    return Indicator(name="拉伸强度", operator=operator, unit="MPa", **numbers)


@pytest.mark.parametrize(
    ("asked", "promised", "verdict"),
    [
        (("ge", "25"), "25", "met"),
        (("ge", "25"), "24.999", "unmet"),
        (("le", "30"), "30", "met"),
        (("le", "30"), "45", "unmet"),
        (("eq", "3"), "3.0", "met"),
        (("eq", "3"), "3.1", "unmet"),
        (("range", "300", "450"), "300", "met"),
        (("range", "300", "450"), "451", "unmet"),
        (("ge", "1000"), "1,200", "met"),
        (("ge", "25"), "２７", "met"),
        (("ge", "25"), "≥ 27", "unclear"),
        (("ge", "25"), "25–27", "unclear"),
        (("ge", "25"), "", "unclear"),
        (("ge", "25"), "NaN", "unclear"),
        (("qual", None), "可常温喷涂", "unclear"),
        (("qual", None), "27", "unclear"),
    ],
)
def test_a_number_is_judged_by_its_indicator_and_everything_else_is_unclear(
    asked: tuple[str, ...], promised: str, verdict: str
) -> None:
    assert computed(indicator(*asked), promised) == verdict


def test_what_the_bidder_says_of_himself_judges_nothing() -> None:
    row = indicator("qual", None)
    (promise,) = promises([row], {"answers": {str(row.pk): {"value": "可以", "meets": "met"}}})
    assert (promise.own, promise.verdict) == ("met", "unclear")


def test_a_judgement_stands_above_the_number_and_says_so() -> None:
    row = indicator()
    content = {"answers": {str(row.pk): {"value": "24"}}}
    (promise,) = promises([row], content, {row.pk: Judgement(verdict="met", note="实测 26")})
    assert (promise.computed, promise.verdict, promise.overruled, promise.is_missed) == ("unmet", "met", True, False)


def test_price_and_period_are_measured_only_where_there_is_something_to_measure_by() -> None:
    need = Need(budget=Decimal(500000), period_months=12)
    assert over_budget(need, Decimal(520000)) == Decimal(20000)
    assert over_budget(need, Decimal(500000)) is None
    assert over_budget(Need(budget=None), Decimal(1)) is None
    assert (over_period(need, 14), over_period(need, 12), over_period(need, None)) == (2, None, None)


def test_the_drafted_sentence_names_what_is_missed_first_then_price_and_time() -> None:
    need, row = Need(budget=Decimal(500000), period_months=12), indicator()
    content = {"answers": {str(row.pk): {"value": "20"}}, "period_months": 14}
    bid = Proposal(need=need, content=content, price=Decimal(520000))
    said = suggest(need, bid, promises([row], content))
    assert said is not None
    assert said.code == "indicators"
    assert (
        said.sentence
        == "拉伸强度承诺 20 MPa，要求 ≥ 25 MPa；报价 52.00 万元，高于榜额 2.00 万元；周期比期望长 2 个月。"
    )


def test_the_drafted_sentence_of_a_bid_without_fault_says_that_and_of_an_unreadable_one_nothing() -> None:
    need, row = Need(budget=Decimal(500000)), indicator()
    content = {"answers": {str(row.pk): {"value": "27"}}}
    said = suggest(need, Proposal(need=need, content=content, price=Decimal(480000)), promises([row], content))
    assert said is not None
    assert (said.code, said.sentence) == ("fit", "硬指标 1 / 1 项满足；报价 48.00 万元，未超榜额。")
    assert suggest(need, Proposal(need=need, content=None), []) is None


# ── judging, notes, shortlist ───────────────────────────────────────────────────
@pytest.fixture
def bid(cast: Cast) -> Proposal:
    need = world.need(cast, status="opened")
    return need.proposals.get()


@pytest.mark.django_db
def test_only_the_enterprise_judges_and_overruling_a_number_takes_a_note(cast: Cast, bid: Proposal) -> None:
    strength = bid.need.indicators.first()
    for user in (cast.tao, cast.guan, cast.charlie):
        with pytest.raises(PermissionDenied):
            judge(bid, strength, verdict="met", by=user)
    with pytest.raises(Refused, match="请写明依据"):
        judge(bid, strength, verdict="unmet", by=cast.alice)
    made = judge(bid, strength, verdict="unmet", note="样片实测 23 MPa", by=cast.alice)
    assert made is not None
    assert made.judged_by == cast.alice
    assert judge(bid, strength, verdict="", by=cast.bob) is None
    assert not Judgement.objects.exists()


@pytest.mark.django_db
def test_what_the_enterprise_notes_is_read_by_its_own_people_alone(cast: Cast, bid: Proposal) -> None:
    write_note(bid, text="电话核实过，检测报告本月可补。", by=cast.alice)
    write_note(bid, text="电话核实过，检测报告本月可补。", by=cast.alice)
    shortlist(bid, listed=True, by=cast.alice)
    strength = bid.need.indicators.first()
    judge(bid, strength, verdict="unmet", note="样片实测 23 MPa", by=cast.alice)
    assert Note.objects.count() == 1
    urls = [f"/needs/{bid.need_id}/compare/", f"/needs/{bid.need_id}/compare/{bid.pk}/", bid.get_absolute_url()]
    for user, reads in (
        (cast.bob, True),
        (cast.guan, False),
        (cast.ling, False),
        (cast.tao, False),
        (cast.charlie, False),
    ):
        for rows in (Note, Judgement, Shortlisting):
            assert rows.objects.visible_to(user).exists() is reads
        pages = "".join(as_(user).get(url).content.decode() for url in urls)
        for words in ("电话核实过", "实测 23 MPa", "入围"):
            assert (words in pages) is reads, (user, words)


@pytest.mark.django_db
def test_a_bid_is_weighed_on_a_page_of_its_own_and_nothing_typed_is_lost(cast: Cast, bid: Proposal) -> None:
    alice, url = as_(cast.alice), f"/needs/{bid.need_id}/compare/{bid.pk}/"
    strength, _stretch, work = bid.need.indicators.all()
    wrong = {f"verdict-{strength.pk}": "unmet", "text": "先记一笔。", "shortlisted": "on"}
    answer = alice.post(url, wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "与数值比较的结果不同，请写明依据。" in page
    assert "先记一笔。" in page
    assert not Note.objects.exists()
    right = wrong | {f"note-{strength.pk}": "样片实测 23 MPa", f"verdict-{work.pk}": "met"}
    assert alice.post(url, right).status_code == 302
    assert {(row.indicator, row.verdict) for row in Judgement.objects.all()} == {(strength, "unmet"), (work, "met")}
    assert Shortlisting.objects.filter(proposal=bid).exists()
    alice.post(url, {f"verdict-{work.pk}": "met"})
    assert {row.indicator for row in Judgement.objects.all()} == {work}
    assert not Shortlisting.objects.exists()


@pytest.mark.django_db
def test_after_the_result_nothing_more_is_noted(cast: Cast) -> None:
    need = world.need(cast, status="selected")
    bid = need.proposals.get()
    url = f"/needs/{need.pk}/compare/{bid.pk}/"
    assert as_(cast.alice).get(url).status_code == 200
    assert as_(cast.alice).post(url, {"text": "太晚了。"}).status_code == 403
    with pytest.raises(Refused, match="已经答复"):
        write_note(bid, text="太晚了。", by=cast.alice)


@pytest.mark.django_db
def test_the_comparison_leaves_as_a_sheet_with_the_judgements_and_without_the_notes(cast: Cast, bid: Proposal) -> None:
    judge(bid, bid.need.indicators.last(), verdict="met", note="现场看过", by=cast.alice)
    write_note(bid, text="不外传的备注。", by=cast.alice)
    url = f"/needs/{bid.need_id}/compare/table.xlsx"
    rows = list(openpyxl.load_workbook(io.BytesIO(as_(cast.alice).get(url).content)).active.values)
    cells = [str(cell) for row in rows for cell in row if cell is not None]
    assert "27 MPa · 满足" in cells
    assert any("人工判定：现场看过" in cell for cell in cells)
    assert not any("不外传" in cell for cell in cells)
    assert as_(cast.guan).get(url).status_code == 403
    assert as_(cast.tao).get(url, follow=True).status_code in (403, 404)


# ── a sentence to begin with ────────────────────────────────────────────────────
@pytest.mark.django_db
def test_a_drafted_sentence_is_sent_only_once_a_person_has_edited_or_confirmed_it(cast: Cast) -> None:
    need = world.listed(cast)
    world.bid(cast, need, price="520000.00")
    world.open_bids(need, cast)
    bid, alice, url = need.proposals.get(), as_(cast.alice), f"/needs/{need.pk}/compare/"
    drafted = "报价 52.00 万元，高于榜额 2.00 万元。"
    page = alice.get(url).content.decode()
    assert drafted in page
    version = page.split('name="version" value="')[1].split('"')[0]
    form = {
        f"bid-{bid.pk}-{name}": said for name, said in (("outcome", "refuse"), ("code", "price"), ("sentence", drafted))
    }
    answer = alice.post(url, {"version": version, "then": "save", **form})
    assert answer.status_code == 422
    assert "这句话由平台起草。" in answer.content.decode()
    assert not hasattr(Proposal.objects.get(pk=bid.pk), "answer")
    assert (
        alice.post(url, {"version": version, "then": "save", **form, f"bid-{bid.pk}-checked": "on"}).status_code == 302
    )
    assert Proposal.objects.get(pk=bid.pk).answer.sentence == drafted


@pytest.mark.django_db
def test_a_draft_nobody_touched_is_no_answer(cast: Cast, bid: Proposal) -> None:
    alice, url = as_(cast.alice), f"/needs/{bid.need_id}/compare/"
    page = alice.get(url).content.decode()
    version = page.split('name="version" value="')[1].split('"')[0]
    drafted = "硬指标 2 / 2 项满足；报价 48.00 万元，未超榜额。"
    assert drafted in page
    alice.post(
        url, {"version": version, "then": "save", f"bid-{bid.pk}-code": "fit", f"bid-{bid.pk}-sentence": drafted}
    )
    assert not hasattr(Proposal.objects.get(pk=bid.pk), "answer")
    answer(bid, outcome="select", code="fit", sentence="另写的一句话。", by=cast.alice)
    assert "另写的一句话。" in alice.get(url).content.decode()
