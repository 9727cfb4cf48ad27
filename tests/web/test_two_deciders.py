"""Where the batch asks for two people, as each of them sees it: what is proposed, by whom, and who may not confirm."""

import html
import re
from typing import Any

import pytest

import people
import world
from decisions.actions import answer, decide
from decisions.models import Decision
from needs.models import Need
from people import Cast
from wrong_forms import as_

pytestmark = pytest.mark.django_db
CHOSEN, REFUSED = "指标逐项响应完整，现场看过样机。", "报价高于榜额，路线可行，感谢参与。"
ANOTHER = "须由本单位的另一名同事确认。"


@pytest.fixture
def need(cast: Cast) -> Need:
    assert cast.bob  # Alice has a colleague
    need = world.listed(cast, within=world.batch(cast, two_deciders=True))
    world.bid(cast, need)
    world.bid(cast, need, team=cast.rival_team, by=cast.rui, price="520000.00")
    world.open_bids(need, cast)
    for bid in need.proposals.all():
        ours = bid.team_id == cast.team.pk
        outcome, code, said = ("select", "fit", CHOSEN) if ours else ("refuse", "price", REFUSED)
        answer(bid, outcome=outcome, code=code, sentence=said, by=cast.alice)
    return need


@pytest.fixture
def proposed(cast: Cast, need: Need) -> Decision:
    return decide(need, by=cast.alice)


def words(response: Any) -> str:
    page = response.content.decode().split("<main", 1)[-1].split("</main>")[0]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def test_whoever_proposes_is_told_beforehand_that_a_colleague_confirms(cast: Cast, need: Need) -> None:
    alice, address = as_(cast.alice), f"/needs/{need.pk}/compare/conclude/"
    page = words(alice.get(address))
    assert "您提出后，由本单位的另一名同事确认" in page
    assert "提请同事确认" in page
    made = alice.post(address, follow=True)
    assert "已提出，等本单位的另一名同事确认。" in made.content.decode()
    assert "提出人不能自己确认" in words(made)
    assert ANOTHER in made.content.decode()


def test_the_second_person_reads_who_proposes_whom_with_every_reason_and_sentence(
    cast: Cast, need: Need, proposed: Decision
) -> None:
    page = as_(cast.bob).get(proposed.get_absolute_url())
    shown = words(page)
    assert f"{cast.alice.name}提出，请您核对后确认" in shown
    assert re.search(rf"选定 {cast.team.name} · {cast.team.organisation.name} · 48\.00 万元", shown)
    for said in (CHOSEN, REFUSED, "指标响应好", "报价超出预算", cast.rival_team.name, "52.00 万元"):
        assert said in shown
    for bid in need.proposals.all():  # whoever confirms reads the bid itself
        assert f'href="{bid.get_absolute_url()}"' in page.content.decode()
    for move in ("确认决定", "退回重新比选"):
        assert move in page.content.decode()


def test_the_very_page_that_confirms_says_once_more_what_is_confirmed(
    cast: Cast, need: Need, proposed: Decision
) -> None:
    shown = words(as_(cast.bob).get(f"/moves/decision/{proposed.pk}/approve/"))
    for said in (cast.team.name, "48.00 万元", CHOSEN, REFUSED, "确认后决定成立"):
        assert said in shown
    world.perform(proposed, "approve", by=cast.bob)
    shown = words(as_(cast.alice).get(f"/moves/decision/{proposed.pk}/publish/"))
    assert CHOSEN in shown
    assert REFUSED in shown


def test_the_same_person_is_refused_with_a_sentence_and_is_not_shown_a_button(
    cast: Cast, need: Need, proposed: Decision
) -> None:
    alice = as_(cast.alice)
    for move in ("approve", "send_back"):
        answer = alice.post(f"/moves/decision/{proposed.pk}/{move}/", {"reason": "我自己再想一想。"})
        assert (answer.status_code, ANOTHER in words(answer)) == (409, True), move
    page = words(alice.get(proposed.get_absolute_url()))
    assert "轮到：发榜方（另一名同事）" in page
    assert ANOTHER in page
    proposed.refresh_from_db()
    assert proposed.status == "proposed"


def test_a_refusal_of_every_bid_is_shown_to_the_second_person_with_what_the_public_will_read(
    cast: Cast, need: Need
) -> None:
    for bid in need.proposals.all():
        answer(bid, outcome="refuse", code="price", sentence=REFUSED, by=cast.alice)
    proposed = decide(need, by=cast.alice, **world.NONE_WILL_DO)
    for address in (proposed.get_absolute_url(), f"/moves/decision/{proposed.pk}/approve/"):
        shown = words(as_(cast.bob).get(address))
        assert "不选定任何方案" in shown
        assert world.NONE_WILL_DO["reason"] in shown


def test_nobody_outside_reads_what_waits_to_be_confirmed(cast: Cast, need: Need, proposed: Decision) -> None:
    approve = f"/moves/decision/{proposed.pk}/approve/"
    for user, status in ((cast.guan, 403), (cast.tao, 404), (cast.charlie, 404)):
        answer = as_(user).get(approve)
        assert answer.status_code == status, user
        assert CHOSEN not in answer.content.decode()


def test_who_has_no_colleague_is_told_before_and_after_proposing_whom_to_invite(cast: Cast, need: Need) -> None:
    leave(cast.bob)
    alice = as_(cast.alice)
    page = alice.get(f"/needs/{need.pk}/compare/conclude/").content.decode()
    members = f"/organisations/{cast.enterprise.pk}/members/"
    assert "现在只有一名成员" in page
    assert members in page
    proposed = decide(need, by=cast.alice)
    page = alice.get(proposed.get_absolute_url()).content.decode()
    assert "现在只有一名成员" in page
    people.join(people.person("新同事"), cast.enterprise)
    assert "现在只有一名成员" not in alice.get(proposed.get_absolute_url()).content.decode()


def leave(user: Any) -> None:
    from accounts.models import Membership

    Membership.objects.filter(user=user).delete()
