"""A research office hears of its own organisation's bids, where that wants it; nobody else hears anything."""

import json

import pytest
from django.urls import reverse

import bids
import consortium
import world
from accounts.actions import edit_organisation
from notifications.models import Delivery, Notice
from notifications.rendering import render
from people import Cast
from proposals.actions import save_draft
from proposals.queries import letters_about_sealed_bids
from workflow.actions import perform

pytestmark = pytest.mark.django_db
OFFICE = "keyan@example.edu"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def wants_it(cast: Cast) -> None:
    manager = cast.university.memberships.get(role="manager").user
    edit_organisation(cast.university, by=manager, bids_email=OFFICE)
    cast.team.organisation.refresh_from_db()


def letters() -> list[Notice]:
    return list(Notice.objects.filter(kind__startswith="proposal.office_").order_by("created_at", "kind"))


def test_it_is_told_of_every_version_and_of_a_withdrawal_in_words_that_say_no_more(cast: Cast):
    wants_it(cast)
    bid = bids.submitted(bids.published(cast), cast.team)
    save_draft(bid, bids.content(bid.need, summary="另一个办法。"), by=cast.tao)
    perform(bids.fresh(bid), "replace", by=cast.tao)
    perform(bids.fresh(bid), "withdraw", by=cast.tao)
    told = letters()
    assert [one.kind.removeprefix("proposal.office_") for one in told] == ["submit", "replace", "withdraw"]
    assert {one.address for one in told} == {OFFICE}
    for one in told:
        said = render(one, bids.fresh(bid))
        assert bid.need.number in said.title
        assert cast.team.name in said.body
        whole = f"{said.title}{said.body}{json.dumps(one.context)}{said.url}"
        for word in (bid.need.title, "聚脲", "480000", str(bid.pk), "另一个办法"):
            assert word not in whole, word


def test_nobody_is_told_where_the_organisation_has_not_asked_for_it(cast: Cast):
    bids.submitted(bids.published(cast), cast.team)
    assert letters() == []


def test_a_draft_that_was_never_handed_in_is_nobodys_matter(cast: Cast):
    wants_it(cast)
    perform(bids.drafted(bids.published(cast), cast.team), "withdraw", by=cast.tao)
    assert letters() == []


def test_each_organisation_of_a_consortium_decides_for_itself(cast: Cast):
    bid = world.draft(cast, world.listed(cast))
    consortium.confirmed(cast, bid)
    edit_organisation(cast.other_enterprise, by=cast.charlie, bids_email="yanfa@example.com")
    perform(bid, "submit", by=cast.tao)
    assert [one.address for one in letters()] == ["yanfa@example.com"]


def test_the_letter_is_as_sealed_as_the_bid_and_the_zone_does_not_see_the_setting(client, cast: Cast):
    wants_it(cast)
    bids.submitted(bids.published(cast), cast.team)
    sent = Delivery.objects.filter(notice__in=letters())
    assert sent.exists()
    assert not sent.exclude(pk__in=letters_about_sealed_bids()).exists()
    client.force_login(cast.guan)
    assert OFFICE not in client.get(cast.university.get_absolute_url()).content.decode()


def test_an_address_that_is_none_is_said_beside_the_field(client, cast: Cast):
    client.force_login(cast.charlie)
    home = cast.other_enterprise
    form = {"region": "青岛", "address": "1 号", "contact": "查", "contact_phone": "0532-1", "bids_email": "科研院"}
    answer = client.post(reverse("organisation_edit", args=[home.pk]), form)
    assert (answer.status_code, "邮箱格式不对" in answer.content.decode()) == (422, True)
    client.post(reverse("organisation_edit", args=[home.pk]), form | {"bids_email": "ky@example.com"})
    home.refresh_from_db()
    assert home.bids_email == "ky@example.com"
