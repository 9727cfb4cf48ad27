"""What a participant of a bid bound itself to, what it keeps of it, and what becomes of it in the contract."""

import pytest
from django.urls import reverse

import consortium
import world
from contracts.actions import draft_contract
from controls import Controls
from notifications.models import Notice
from people import Cast
from proposals.actions import save_draft
from proposals.joining import invite_participant
from proposals.models import Proposal
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bid(cast: Cast) -> Proposal:
    return world.draft(cast, world.listed(cast))


def again(bid: Proposal) -> Proposal:
    return Proposal.objects.select_related("need__batch", "team__organisation").get(pk=bid.pk)


# ── what a participant bound itself to ──────────────────────────────────────────
def test_who_confirmed_is_asked_again_when_the_lead_saves_another_price(client, cast, bid):
    row = consortium.confirmed(cast, bid)
    save_draft(bid, world.bid_content(bid.need, price="470000.00"), by=cast.tao)  # as it is typed: nobody is told yet
    row.refresh_from_db()
    assert row.status == "confirmed"
    with pytest.raises(Refused, match="要重新确认"):
        perform(again(bid), "submit", by=cast.tao)
    save_draft(again(bid), world.bid_content(bid.need, price="470000.00"), by=cast.tao, settle=True)
    row.refresh_from_db()
    assert (row.status, row.confirmed_by) == ("writing", None)
    assert Notice.objects.get(kind="participant.unsettle").recipient == cast.charlie
    with pytest.raises(Refused, match="还没有确认"):
        perform(again(bid), "submit", by=cast.tao)
    perform(consortium.fresh(row), "confirm", by=cast.charlie)
    perform(again(bid), "submit", by=cast.tao)


def test_who_confirmed_is_left_alone_when_other_words_change(cast, bid):
    row = consortium.confirmed(cast, bid)
    save_draft(bid, world.bid_content(bid.need, approach="换一条路线。"), by=cast.tao, settle=True)
    row.refresh_from_db()
    assert row.status == "confirmed"


def test_the_form_of_the_bid_means_what_it_saves(client, cast, bid):
    row = consortium.confirmed(cast, bid)
    client.force_login(cast.tao)
    form = Controls(client.get(reverse("proposal_edit", args=[bid.pk])).content.decode()).values
    page = client.post(reverse("proposal_edit", args=[bid.pk]), {**form, "rights": "成果归牵头单位。"}, follow=True)
    row.refresh_from_db()
    assert row.status == "writing"
    assert f"已请{row.organisation.name}重新确认" in page.content.decode()


def test_a_slip_of_the_pen_in_the_price_asks_nobody_again(client, cast, bid):
    row = consortium.confirmed(cast, bid)
    client.force_login(cast.tao)
    form = Controls(client.get(reverse("proposal_edit", args=[bid.pk])).content.decode()).values
    for price in ("四十八万", form["price"]):
        now = Controls(client.get(reverse("proposal_edit", args=[bid.pk])).content.decode()).values
        client.post(reverse("proposal_edit", args=[bid.pk]), {**now, "price": price})
        row.refresh_from_db()
        assert row.status == "confirmed"


def test_a_participant_keeps_the_receipt_and_the_copy_of_what_was_sealed(client, cast, bid):
    row = consortium.confirmed(cast, bid)
    perform(again(bid), "submit", by=cast.tao)
    receipt, copy = reverse("proposal_receipt", args=[bid.pk, 1]), reverse("proposal_copy", args=[bid.pk])
    client.force_login(cast.charlie)
    page = client.get(row.get_absolute_url()).content.decode()
    assert receipt in page
    assert copy in page
    held = client.get(receipt).json()
    assert held["commitment"] == again(bid).latest.commitment
    assert client.get(f"{receipt}?as=pdf").content.startswith(b"%PDF")
    assert client.get(copy).json()["commitment"] == held["commitment"]
    for who in (cast.alice, cast.guan, cast.rui):
        client.force_login(who)
        assert (client.get(receipt).status_code, client.get(copy).status_code) == (404, 404)


def test_who_declined_or_was_only_asked_keeps_nothing(client, cast, bid):
    row = consortium.invited(cast, bid)
    client.force_login(cast.charlie)
    assert client.get(reverse("proposal_copy", args=[bid.pk])).status_code == 404
    perform(row, "decline", by=cast.charlie)
    assert client.get(reverse("proposal_receipt", args=[bid.pk, 1])).status_code == 404


def test_an_organisation_in_two_consortia_is_warned_and_neither_lead_learns_of_the_other(client, cast, bid):
    row = consortium.writing(cast, bid)
    rival = world.draft(cast, bid.need, team=cast.rival_team, by=cast.rui)
    other = invite_participant(rival, organisation=cast.other_enterprise, by=cast.rui)
    warned = "另一份联合体方案"
    client.force_login(cast.charlie)
    for one in (row, other):
        assert warned in client.get(one.get_absolute_url()).content.decode()
    for who, one in ((cast.tao, row), (cast.rui, other)):
        client.force_login(who)
        assert warned not in client.get(one.get_absolute_url()).content.decode()
    perform(consortium.fresh(other), "decline", by=cast.charlie)
    client.force_login(cast.charlie)
    assert warned not in client.get(row.get_absolute_url()).content.decode()


def test_the_contract_takes_over_who_does_which_part_and_the_ownership_that_was_offered(cast, bid):
    save_draft(bid, world.bid_content(bid.need, ownership="developer"), by=cast.tao)
    consortium.confirmed(cast, again(bid))
    perform(again(bid), "submit", by=cast.tao)
    need = bid.need
    world.open_bids(need, cast)
    world.choose(need, cast)
    made = draft_contract(world.intent(cast, need, status="agreed"), by=cast.alice)
    assert f"参加单位：{cast.other_enterprise.name}（{cast.other_enterprise.uscc}）" in made.content
    assert "负责中试放大和第三方送检。" in made.content
    assert "12.00 万元" in made.content
    assert made.ownership == "developer"
