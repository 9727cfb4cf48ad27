"""What the form of answers says back: what is missing and of whom, which reasons fit, that only one can be chosen."""

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

import journey
import world
from decisions.actions import answer
from forms_on_page import Page
from needs.models import Need
from people import Cast
from proposals.models import Answer, Proposal
from teams.actions import create_team
from wrong_forms import as_

pytestmark = pytest.mark.django_db
WHY = "指标响应最好，路线可行。"


@pytest.fixture
def need(cast: Cast) -> Need:
    return journey.opened(cast)


def of(need: Need, team: Any) -> Proposal:
    return need.proposals.get(team=team)


def said(bid: Proposal, outcome: str, code: str = "", sentence: str = WHY) -> dict[str, str]:
    given = {"outcome": outcome, "code": code or ("price" if outcome == "refuse" else "fit"), "sentence": sentence}
    return {f"bid-{bid.pk}-{name}": value for name, value in given.items()}


def send(client: Client, need: Need, *answers: dict[str, str], then: str = "save", **headers: str) -> Any:
    """As the browser sends it: whatever stood in the form, with these answers in it."""
    address = reverse("need_compare", args=[need.pk])
    form = Page(address, client.get(address).content.decode()).forms
    data = next(one for one in form if one.id == "answers")
    sent = {name: value for name, value in data.data().items() if not name.endswith("-outcome")}
    for one in answers:
        sent |= one
    return client.post(address, {**sent, "then": then}, follow=not headers, headers=headers)


def words(response: Any) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode())))


# ── what was saved, and what is missing ─────────────────────────────────────────
def test_sending_it_with_nothing_chosen_says_what_is_missing_and_of_whom(cast: Cast, need: Need) -> None:
    page = words(send(as_(cast.alice), need))
    assert "答复已保存" not in page
    assert "还没有答复：" in page
    for team in (cast.team, cast.rival_team):
        assert f"{team.name}（缺：结果）" in page
    assert not Answer.objects.exists()


def test_what_is_whole_is_kept_and_what_is_not_is_named_with_what_it_lacks(cast: Cast, need: Need) -> None:
    ours, other = of(need, cast.team), of(need, cast.rival_team)
    half = said(other, "refuse", sentence="") | {f"bid-{other.pk}-code": ""}
    page = words(send(as_(cast.alice), need, said(ours, "select"), half))
    assert "已保存 1 份答复，公布结果之前对方看不到。" in page
    assert f"还没有答复：{cast.rival_team.name}（缺：原因、一句话答复）" in page
    assert Answer.objects.get().proposal == ours


def test_of_many_bids_without_an_answer_the_first_are_named_and_the_rest_counted(
    cast: Cast, need: Need, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.cases.answers.MOST_NAMED", 1)
    page = words(send(as_(cast.alice), need))
    assert "另有 1 份" in page


def test_going_on_to_decide_too_early_says_why_not(cast: Cast, need: Need) -> None:
    page = words(send(as_(cast.alice), need, said(of(need, cast.team), "select"), then="conclude"))
    assert "已保存 1 份答复" in page
    assert f"还没有答复：{cast.rival_team.name}（缺：结果）" in page


def test_an_error_names_the_team_whose_answer_it_is_about(cast: Cast, need: Need) -> None:
    ours, other = of(need, cast.team), of(need, cast.rival_team)
    page = send(as_(cast.alice), need, said(ours, "select", sentence="好"), said(other, "refuse", sentence="不"))
    summary = page.content.decode().split('class="errors"')[1].split("</ul>")[0]
    for team in (cast.team, cast.rival_team):
        assert re.search(rf"{team.name}：\s*<b>一句话答复</b>\s*太短了", summary)


# ── the heads ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("outcome", "drafted"), [("select", "拟选定"), ("reserve", "拟备选 1"), ("refuse", "拟不选")])
def test_the_head_of_a_bid_tells_its_drafted_answer_to_the_enterprise_alone(
    cast: Cast, need: Need, outcome: str, drafted: str
) -> None:
    bid = of(need, cast.team)
    answer(bid, outcome=outcome, code="other", sentence=WHY, by=cast.alice)
    compare, weigh = reverse("need_compare", args=[need.pk]), reverse("need_weigh", args=[need.pk, bid.pk])
    assert drafted in head(as_(cast.bob).get(compare), bid)
    assert "待答复" not in head(as_(cast.bob).get(compare), bid)
    assert drafted in words(as_(cast.bob).get(weigh))
    state = reverse("need_compare_state", args=[need.pk])
    for user, pages in (
        (cast.guan, (compare, bid.get_absolute_url(), state)),
        (cast.tao, (bid.get_absolute_url(), need.public_url)),
        (cast.rui, (need.public_url,)),
    ):
        for page in pages:
            assert "拟" not in words(as_(user).get(page)), (user, page)
    assert "待答复" in head(as_(cast.guan).get(compare), bid)


def head(page: Any, bid: Proposal) -> str:
    column = page.content.decode().split(f'id="at-{bid.pk}"')[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", column.split('<div class="bid-cell">')[0]))


def test_what_saved_itself_is_in_the_heads_without_another_look(cast: Cast, need: Need) -> None:
    bid, alice = of(need, cast.team), as_(cast.alice)
    send(alice, need, said(bid, "select"), **{"X-Requested-With": "autosave"})
    state = alice.get(reverse("need_compare_state", args=[need.pk])).content.decode()
    swapped = state.split(f'id="drafted-{bid.pk}"')[1].split("</span>")
    assert "拟选定" in "".join(swapped[:2])
    assert f'id="drafted-{bid.pk}"' in alice.get(reverse("need_compare", args=[need.pk])).content.decode()


def test_a_reserve_that_was_told_is_no_draft_until_it_is_changed(cast: Cast, need: Need) -> None:
    ours, other = of(need, cast.team), of(need, cast.rival_team)
    answer(ours, outcome="select", code="fit", sentence=WHY, by=cast.alice)
    answer(other, outcome="reserve", code="fit", sentence=WHY, by=cast.alice)
    world.conclude(need, by=cast.alice)
    the_chosen_one_gives_up(need, cast)
    page = head(as_(cast.alice).get(reverse("need_compare", args=[need.pk])), other)
    assert ("备选" in page, "拟选定" in page) == (True, True)  # taken over, and still to be published


def the_chosen_one_gives_up(need: Need, cast: Cast) -> None:
    world.perform(world.intent(cast, need), "abandon", by=cast.tao, data=world.REASON)


# ── reasons ─────────────────────────────────────────────────────────────────────
def test_every_reason_says_for_which_results_it_is_one(cast: Cast, need: Need) -> None:
    page = as_(cast.alice).get(reverse("need_compare", args=[need.pk])).content.decode()
    select = page.split(f'name="bid-{of(need, cast.team).pk}-code"')[1].split("</select>")[0]
    fitting = dict(re.findall(r'<option value="(\w+)"[^>]*data-for="([\w ]+)"', select))
    assert fitting["fit"] == "select reserve"
    assert fitting["price"] == "reserve refuse"
    assert fitting["other"] == "select reserve refuse"
    assert "order" not in fitting  # nobody is in reserve yet
    assert re.findall(r'<optgroup label="([^"]+)"', select) == ["选定或备选", "备选或不选", "都可以用"]


def test_the_order_of_reserves_is_a_reason_for_a_bid_in_reserve(cast: Cast, need: Need) -> None:
    ours, other = of(need, cast.team), of(need, cast.rival_team)
    answer(ours, outcome="select", code="fit", sentence=WHY, by=cast.alice)
    answer(other, outcome="reserve", code="fit", sentence=WHY, by=cast.alice)
    world.conclude(need, by=cast.alice)
    the_chosen_one_gives_up(need, cast)
    world.perform(need.decisions.get(kind="takeover"), "take_back", by=cast.alice)
    page = as_(cast.alice).get(reverse("need_compare", args=[need.pk])).content.decode()
    assert re.search(r'<option value="order"[^>]*data-for="select"[^>]*selected', page) or re.search(
        r'<option value="order"[^>]*selected[^>]*data-for="select"', page
    )


@pytest.mark.parametrize(("outcome", "code"), [("select", "price"), ("refuse", "fit")])
def test_a_reason_that_does_not_fit_is_refused_by_the_server_and_what_was_typed_stays(
    cast: Cast, need: Need, outcome: str, code: str
) -> None:
    page = send(as_(cast.alice), need, said(of(need, cast.team), outcome, code))
    assert page.status_code == 422
    assert WHY in page.content.decode()
    assert not Answer.objects.exists()


# ── only one ────────────────────────────────────────────────────────────────────
def test_the_page_says_beforehand_that_only_one_can_be_chosen(cast: Cast, need: Need) -> None:
    assert "只能选定一份" in words(as_(cast.alice).get(reverse("need_compare", args=[need.pk])))


def test_two_that_are_chosen_are_told_even_while_one_of_them_has_no_reason_yet(cast: Cast, need: Need) -> None:
    ours, other = of(need, cast.team), of(need, cast.rival_team)
    half = said(other, "select") | {f"bid-{other.pk}-code": ""}
    page = words(send(as_(cast.alice), need, said(ours, "select"), half))
    assert "都写成了选定：只能选定一份方案" in page
    assert Answer.objects.get().proposal == ours


def test_two_that_are_chosen_are_told_at_once_by_name_and_nothing_typed_is_lost(cast: Cast) -> None:
    """A third bid still lacks its answer: whoever chose two is not told of that first."""
    need = journey.published(cast)
    for team, by in ((cast.team, cast.tao), (cast.rival_team, cast.rui)):
        journey.bid(need, team, by=by)
    third = create_team(organisation=cast.rival_university, name="第三课题组", by=cast.rui)
    journey.bid(need, third, by=cast.rui)
    journey.open_bids(cast, need)
    alice, both = as_(cast.alice), (of(need, cast.team), of(need, cast.rival_team))
    page = send(alice, need, *(said(bid, "select") for bid in both))
    told = re.search(r"(\S+)、(\S+)都写成了选定：只能选定一份方案，其余可列为备选。", words(page))
    assert told
    assert {told[1].strip("“”"), told[2].strip("“”")} == {cast.team.name, cast.rival_team.name}
    assert {(row.proposal, row.outcome) for row in Answer.objects.all()} == {(bid, "select") for bid in both}
    state = alice.get(reverse("need_compare_state", args=[need.pk]))
    assert "只能选定一份方案" in words(state)
    conclude = alice.post(reverse("need_conclude", args=[need.pk]))
    assert (conclude.status_code, "只能选定一份方案" in words(conclude)) == (409, True)
    assert not need.decisions.exists()
