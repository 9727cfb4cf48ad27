"""Comparing bids and answering every one of them: nothing before the opening, nothing without a reason."""

import re

import pytest

import journey
from people import Cast
from proposals.models import Answer
from proposals.states import Outcome


@pytest.fixture
def alice(client, cast):
    client.force_login(cast.alice)
    return client


def bids_of(need):
    return {bid.team.name: bid for bid in need.proposals.select_related("team")}


def said(bid, outcome="refuse", code="price", sentence="报价超出预算二十万元。"):
    return {f"bid-{bid.pk}-outcome": outcome, f"bid-{bid.pk}-code": code, f"bid-{bid.pk}-sentence": sentence}


def version(client, need):
    page = client.get(f"/needs/{need.pk}/compare/").content.decode()
    return page.split('name="version" value="')[1].split('"')[0]


def post(client, need, *answers, then="save", known=None, **extra):
    data = {"version": version(client, need) if known is None else known, "then": then}
    for one in answers:
        data |= one
    return client.post(f"/needs/{need.pk}/compare/", data, **extra)


def both(need):
    bids = bids_of(need)
    return said(bids["弹性体课题组"], "select", "fit", "指标响应最好，路线可行。"), said(bids["高分子所"])


# ── before the opening ──────────────────────────────────────────────────────────
def test_nothing_on_any_page_of_the_enterprise_tells_whether_there_are_bids(client, cast: Cast):
    need = journey.published(cast)
    pages = ("/enterprise/", "/enterprise/needs/", f"/needs/{need.pk}/", f"/needs/{need.pk}/compare/")
    client.force_login(cast.alice)

    def seen():
        return [strip(client.get(url, follow=True).content.decode()) for url in pages]

    empty = seen()
    journey.bid(need, cast.team, by=cast.tao)
    journey.bid(need, cast.rival_team, by=cast.rui, price=520000)
    assert seen() == empty
    assert "方案密封至" in empty[0]


def strip(page):
    """Without what differs from one look to the next: tokens and running clocks."""
    return re.sub(r'csrfmiddlewaretoken" value="\w+|X-CSRFToken": "\w+|data-now="[^"]+"|(还剩|已) [^<"]*', "", page)


def test_the_comparison_opens_with_the_seal(alice, cast):
    need = journey.published(cast)
    journey.bid(need, cast.team, by=cast.tao)
    assert alice.get(f"/needs/{need.pk}/compare/")["Location"] == f"/needs/{need.pk}/"
    journey.open_bids(cast, need)
    assert alice.get(f"/needs/{need.pk}/compare/").status_code == 200


# ── side by side ────────────────────────────────────────────────────────────────
def test_bids_stand_side_by_side_cheapest_first_with_every_promise_judged(alice, cast):
    need = journey.opened(cast)
    answer = alice.get(f"/needs/{need.pk}/compare/")
    first, second = answer.context["bids"]
    assert (first.proposal.team, second.proposal.team) == (cast.team, cast.rival_team)
    assert [one.verdict for one in first.promises] == ["met", "unmet", "unclear"]
    assert [one.verdict for one in second.promises] == ["unmet", "unmet", "unclear"]
    assert (first.missed_hard, second.missed_hard, second.met) == (0, 1, 0)
    assert (first.over_budget, second.over_budget) == (None, 20000)
    page = answer.content.decode()
    assert page.index("48.00 万元") < page.index("52.00 万元")
    assert "高于榜额 2.00 万元" in page
    assert "1 项硬指标未满足" in page


def test_the_zone_reads_the_comparison_and_writes_nothing(client, cast):
    need = journey.opened(cast)
    client.force_login(cast.guan)
    page = client.get(f"/needs/{need.pk}/compare/").content.decode()
    assert "由发榜方比选答复，管委会只查看。" in page
    for bid in bids_of(need).values():  # from there an officer asks for a clarification
        assert bid.get_absolute_url() in page
    assert "<textarea" not in page
    assert client.post(f"/needs/{need.pk}/compare/", both(need)[0]).status_code == 403
    assert client.post(f"/needs/{need.pk}/compare/conclude/").status_code == 403
    assert not Answer.objects.exists()


def test_a_drafted_answer_is_the_enterprises_own_until_it_is_published(client, cast):
    need = journey.opened(cast)
    client.force_login(cast.alice)
    post(client, need, *both(need))
    for user, url in (
        (cast.guan, f"/needs/{need.pk}/compare/"),
        (cast.tao, f"/proposals/{bids_of(need)['弹性体课题组'].pk}/"),
    ):
        client.force_login(user)
        assert "指标响应最好" not in client.get(url).content.decode()


# ── answering ───────────────────────────────────────────────────────────────────
def test_each_answer_is_kept_with_its_reason(alice, cast):
    need = journey.opened(cast)
    post(alice, need, *both(need))
    answers = {a.proposal.team.name: (a.outcome, a.code, a.sentence, a.answered_by) for a in Answer.objects.all()}
    assert answers == {
        "弹性体课题组": ("select", "fit", "指标响应最好，路线可行。", cast.alice),
        "高分子所": ("refuse", "price", "报价超出预算二十万元。", cast.alice),
    }


def test_a_half_written_answer_is_not_lost_and_not_yet_an_answer(alice, cast):
    need = journey.opened(cast)
    whole, bid = both(need)[0], bids_of(need)["高分子所"]
    post(alice, need, whole, said(bid, code="", sentence="还没想好怎么说"))
    assert Answer.objects.count() == 1
    page = alice.get(f"/needs/{need.pk}/compare/").content.decode()
    assert "还没想好怎么说" in page
    assert "还有 1 份方案没有答复。每份方案都要有结果、原因和一句话。" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"code": "fit"}, "“指标响应好”不能作为不选的原因，请另选。"),
        ({"outcome": "select", "code": "price"}, "选定的原因请选“指标响应好”或“其他”。"),
        ({"sentence": "不行"}, "太短了，请用一句话说明，至少 6 个字。"),
        ({"sentence": "长" * 501}, "最多 500 字，现在 501 字。"),
    ],
)
def test_an_answer_that_will_not_do_is_explained_next_to_it(alice, cast, changes, sentence):
    need = journey.opened(cast)
    answer = post(alice, need, said(bids_of(need)["高分子所"], **changes))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Answer.objects.exists()


def test_answers_save_themselves_and_the_button_learns_of_it(alice, cast):
    need = journey.opened(cast)
    state = f"/needs/{need.pk}/compare/state/"
    assert "disabled" in alice.get(state).content.decode()
    answer = post(alice, need, *both(need), headers={"X-Requested-With": "autosave"})
    assert answer.json()["version"] == version(alice, need)
    assert "disabled" not in alice.get(state).content.decode()


def test_a_colleagues_answer_is_never_overwritten_silently(client, cast):
    need = journey.opened(cast)
    bid = bids_of(need)["高分子所"]
    client.force_login(cast.bob)
    seen = version(client, need)
    client.force_login(cast.alice)
    post(client, need, said(bid, sentence="艾丽丝先写下的答复。"))
    client.force_login(cast.bob)
    stale = post(client, need, said(bid, sentence="鲍勃后写下的答复。"), known=seen)
    assert stale.status_code == 409
    assert "鲍勃后写下的答复。" in stale.content.decode()
    assert Answer.objects.get().sentence == "艾丽丝先写下的答复。"
    post(client, need, said(bid, sentence="鲍勃后写下的答复。"))
    assert Answer.objects.get().sentence == "鲍勃后写下的答复。"


def test_saving_twice_is_no_conflict(alice, cast):
    need = journey.opened(cast)
    seen = version(alice, need)
    assert [post(alice, need, *both(need), known=seen).status_code for _n in range(2)] == [302, 302]


# ── publishing ──────────────────────────────────────────────────────────────────
def test_the_result_waits_until_every_bid_is_answered(alice, cast):
    need = journey.opened(cast)
    post(alice, need, both(need)[0])
    answer = alice.post(f"/needs/{need.pk}/compare/conclude/")
    assert answer.status_code == 409
    assert "还有 1 份方案没有答复" in answer.content.decode()
    need.refresh_from_db()
    assert need.status == "opened"


def test_the_result_is_confirmed_on_a_page_that_says_what_everyone_will_read(alice, cast):
    need = journey.opened(cast)
    answer = post(alice, need, *both(need), then="conclude")
    assert answer["Location"] == f"/needs/{need.pk}/compare/conclude/"
    page = alice.get(answer["Location"]).content.decode()
    for words in ("先决定，再公布。", "指标响应最好，路线可行。", "报价超出预算二十万元。"):
        assert words in page
    need.refresh_from_db()
    assert need.status == "opened"  # looking publishes nothing


def test_publishing_tells_everybody_at_once_and_a_second_click_changes_nothing(alice, cast):
    need = journey.opened(cast)
    post(alice, need, *both(need))
    for _n in range(2):
        answer = alice.post(f"/needs/{need.pk}/compare/conclude/")
        decision = need.decisions.get()
        assert answer["Location"] == decision.get_absolute_url()
    for _n in range(2):
        answer = alice.post(f"/moves/decision/{decision.pk}/publish/")
        assert answer["Location"] == decision.get_absolute_url()
    assert need.decisions.count() == 1
    need.refresh_from_db()
    assert need.status == "selected"
    assert {name: bid.status for name, bid in bids_of(need).items()} == {
        "弹性体课题组": "selected",
        "高分子所": "not_selected",
    }
    assert f"/needs/{need.pk}/intent/" in alice.get(decision.get_absolute_url()).content.decode()  # what comes next
    page = alice.get(f"/needs/{need.pk}/compare/").content.decode()
    assert "结果已经公布，以下内容只供查看。" in page
    assert "<textarea" not in page
    assert post(alice, need, both(need)[1], known="").status_code == 403


# ── rolling batches ─────────────────────────────────────────────────────────────
def rolling(cast):
    need = journey.published(cast, sealing="rolling")
    journey.bid(need, cast.team, by=cast.tao)
    journey.decrypt_opened()
    return need


def test_where_nothing_is_sealed_a_refusal_is_told_at_once(alice, cast):
    need = rolling(cast)
    bid = need.proposals.get()
    answer = post(alice, need, said(bid), then=f"reply:{bid.pk}")
    assert answer["Location"] == f"/needs/{need.pk}/compare/{bid.pk}/reply/"
    assert "对方马上收到原因" in alice.get(answer["Location"]).content.decode()
    alice.post(answer["Location"])
    bid.refresh_from_db()
    assert bid.status == "not_selected"
    assert alice.post(answer["Location"]).status_code == 404  # answered already


def test_a_bid_is_not_refused_at_once_without_a_reason(alice, cast):
    need = rolling(cast)
    bid = need.proposals.get()
    url = f"/needs/{need.pk}/compare/{bid.pk}/reply/"
    assert alice.post(url).status_code == 409
    post(alice, need, said(bid, Outcome.SELECT, "fit", "指标响应最好，路线可行。"))
    answer = alice.post(url)
    assert answer.status_code == 409
    assert "请先写明不选的原因和一句话" in answer.content.decode()
    bid.refresh_from_db()
    assert bid.status == "opened"


def test_a_sealed_batch_answers_everybody_at_the_end(alice, cast):
    need = journey.opened(cast)
    bid = bids_of(need)["高分子所"]
    post(alice, need, said(bid))
    answer = alice.post(f"/needs/{need.pk}/compare/{bid.pk}/reply/")
    assert "密封批次的结果统一公布。" in answer.content.decode()


def test_on_an_opened_bid_the_enterprise_reads_that_the_answer_is_its_own_and_the_team_that_it_is_not(client, cast):
    bid = bids_of(journey.opened(cast))[cast.team.name]
    for person, mine in ((cast.alice, True), (cast.tao, False), (cast.guan, False)):
        client.force_login(person)
        page = client.get(bid.get_absolute_url()).content.decode()
        assert ("轮到您了" in page) is mine
        assert ("轮到：发榜方" in page) is not mine
        assert (f'href="/needs/{bid.need_id}/compare/"' in page) is mine
