"""A bid of several organisations: each writes and confirms its own part, and nobody outside knows of it."""

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

import company
import consortium
import diagnosing
import life
import world
from controls import Controls
from core.sealing import reveal
from notifications.models import Delivery, Notice
from people import Cast, join, person
from proposals.application import application_of
from proposals.conflicts import why_conflicted
from proposals.consortium import Participant
from proposals.joining import invite_participant, save_section
from proposals.models import Proposal
from proposals.queries import letters_about_sealed_bids, sealed_streams
from proposals.sealing import own_copy
from proposals.tasks import decrypt_opened
from workflow.actions import perform
from workflow.machine import Refused
from workflow.queries import todo
from workflow.tasks import tick

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def bid(cast: Cast) -> Proposal:
    return world.draft(cast, world.listed(cast))


def again(bid: Proposal) -> Proposal:
    return Proposal.objects.select_related("need__batch", "team__organisation").get(pk=bid.pk)


# ── the way it goes ─────────────────────────────────────────────────────────────
def test_who_is_asked_sees_the_note_and_nothing_of_the_bid_until_he_takes_part(client, cast, bid):
    client.force_login(cast.tao)
    address = reverse("proposal_consortium", args=[bid.pk])
    answer = client.post(address, {"partner": cast.other_enterprise.uscc, "note": "请承担中试。"})
    assert answer.status_code == 302
    row = Participant.objects.get()
    client.force_login(cast.charlie)
    page = client.get(row.get_absolute_url()).content.decode()
    assert "请承担中试。" in page
    assert "聚脲改性弹性体方案。" not in page
    assert client.get(bid.get_absolute_url()).status_code == 404
    assert [item.title for item in todo(cast.charlie)] == [bid.need.title]
    client.post(reverse("move", args=["participant", row.pk, "take_part"]))
    assert "聚脲改性弹性体方案。" in client.get(bid.get_absolute_url()).content.decode()
    assert client.get(reverse("proposal_edit", args=[bid.pk])).status_code == 404


def test_each_writes_its_own_part_alone_and_confirms_it_on_its_own_account(client, cast, bid):
    row = consortium.writing(cast, bid)
    address = reverse("participant_edit", args=[row.pk])
    for who in ("tao", "ting", "rui", "alice", "guan"):
        client.force_login(getattr(cast, who))
        assert client.get(address).status_code == 404, who
    with pytest.raises(Exception, match="own section"):
        save_section(row, dict(consortium.SECTION), by=cast.tao)
    client.force_login(cast.charlie)
    data = Controls(client.get(address).content.decode()).values | {"share": "13.50", "then": "confirm"}
    answer = client.post(address, data)
    assert answer["Location"] == reverse("move", args=["participant", row.pk, "confirm"])
    client.post(answer["Location"])
    row = consortium.fresh(row)
    assert (row.status, row.confirmed_by, row.section["share"]) == ("confirmed", cast.charlie, "135000.00")
    with pytest.raises(Refused):
        save_section(row, dict(consortium.SECTION), by=cast.charlie)


def test_a_manager_names_a_colleague_who_writes_and_does_not_confirm(client, cast, bid):
    row = consortium.invited(cast, bid)
    writer = person("执笔")
    join(writer, cast.other_enterprise)
    join(other := person("同事"), cast.other_enterprise)
    perform(row, "take_part", by=cast.charlie, data={"writer": str(writer.pk)})
    client.force_login(other)
    assert client.get(row.get_absolute_url()).status_code == 404
    client.force_login(writer)
    assert client.get(reverse("participant_edit", args=[row.pk])).status_code == 200
    save_section(consortium.fresh(row), dict(consortium.SECTION), by=writer)
    with pytest.raises(Exception, match="确认本单位部分"):
        perform(consortium.fresh(row), "confirm", by=writer)


@pytest.mark.parametrize("lacking", ["statement", "share", "people"])
def test_a_part_that_lacks_something_is_not_confirmed(cast, bid, lacking):
    row = consortium.writing(cast, bid, **{lacking: [] if lacking == "people" else ""})
    with pytest.raises(Refused, match="还缺"):
        perform(row, "confirm", by=cast.charlie)


def test_a_bid_with_somebody_unconfirmed_is_not_handed_in_nor_does_the_database_take_it(cast, bid):
    row = consortium.invited(cast, bid)
    with pytest.raises(Refused, match="参加单位还没有确认：澄川装备有限公司"):
        perform(again(bid), "submit", by=cast.tao)
    with pytest.raises(DatabaseError, match="has not confirmed"), transaction.atomic():
        again(bid).submissions.create(version=1, ciphertext=b"x", commitment="0" * 64, submitted_by=cast.tao)
    perform(row, "decline", by=cast.charlie)
    perform(again(bid), "submit", by=cast.tao)


def test_every_confirmed_part_is_sealed_with_the_bid_and_read_when_it_is_opened(client, cast, bid):
    consortium.confirmed(cast, bid)
    perform(again(bid), "submit", by=cast.tao)
    copy = own_copy(again(bid))
    [part] = copy["manifest"]["content"]["participants"]
    assert part["organisation"]["name"] == cast.other_enterprise.name
    assert (part["statement"], part["share"]) == (consortium.SECTION["statement"], "120000.00")
    world.open_bids(bid.need, cast)
    assert again(bid).content["participants"] == [part]
    client.force_login(cast.alice)
    page = client.get(bid.get_absolute_url()).content.decode()
    assert "负责中试放大和第三方送检。" in page
    assert "查经理" in page


def test_a_changed_part_is_no_part_of_what_was_sealed_until_it_is_confirmed_and_sealed_again(cast, bid):
    row = consortium.confirmed(cast, bid)
    perform(again(bid), "submit", by=cast.tao)
    perform(row, "reopen", by=cast.charlie)
    assert own_copy(again(bid)) is None
    with pytest.raises(Refused, match="还没有确认"):
        perform(again(bid), "replace", by=cast.tao)
    with pytest.raises(Refused, match="已密封的版本"):
        perform(consortium.fresh(row), "leave", by=cast.charlie)
    save_section(consortium.fresh(row), {**consortium.SECTION, "share": "100000.00"}, by=cast.charlie)
    perform(consortium.fresh(row), "confirm", by=cast.charlie)
    perform(again(bid), "replace", by=cast.tao)
    assert own_copy(again(bid))["manifest"]["content"]["participants"][0]["share"] == "100000.00"


def test_the_checklist_and_the_bid_say_who_has_not_confirmed_yet(client, cast, bid):
    invite_participant(bid, organisation=cast.rival_university, by=cast.tao)
    client.force_login(cast.tao)
    for page in ("proposal_edit", "proposal"):
        said = client.get(reverse(page, args=[bid.pk])).content.decode()
        assert f"参加单位还没有确认：{cast.rival_university.name}" in said
        assert "内容齐全，可以提交" not in said


def test_shares_beyond_the_price_keep_the_bid_back(cast, bid):
    consortium.confirmed(cast, bid, share="480000.01")
    with pytest.raises(Refused, match="经费份额合计不能超过报价"):
        perform(again(bid), "submit", by=cast.tao)


# ── whom one may ask ────────────────────────────────────────────────────────────
def test_neither_who_posts_nor_who_leads_takes_part(cast, bid):
    for home, reason in ((cast.enterprise, "发榜单位"), (cast.university, "牵头单位自己")):
        with pytest.raises(Refused, match=reason):
            invite_participant(bid, organisation=home, by=cast.tao)
    with pytest.raises(DatabaseError, match="takes part"), transaction.atomic():
        Participant(proposal=bid, organisation=cast.enterprise, status="invited").save(force_insert=True)


def test_who_diagnosed_a_need_or_posts_it_too_does_not_bid_for_it(cast):
    need = world.need(cast, status="submitted")
    assert why_conflicted(need, cast.agency) == ""
    diagnosing.done(cast, need)
    assert "诊断" in why_conflicted(need, cast.agency)
    draft = world.need(cast)
    assert why_conflicted(draft, cast.other_enterprise) == ""
    company.consented(cast, draft)
    assert "发榜单位" in why_conflicted(draft, cast.other_enterprise)


def test_the_same_is_asked_once_and_only_by_the_leader(client, cast, bid):
    consortium.invited(cast, bid)
    with pytest.raises(Refused, match="已经邀请过"):
        consortium.invited(cast, bid)
    client.force_login(cast.ting)
    answer = client.post(reverse("proposal_consortium", args=[bid.pk]), {"partner": cast.other_enterprise.uscc})
    assert answer.status_code == 403


@pytest.mark.parametrize(("typed", "told"), [("", "请填写对方的统一社会信用代码"), ("没有的单位", "没有找到这家单位")])
def test_an_organisation_nobody_knows_is_said_beside_the_field(client, cast, bid, typed, told):
    client.force_login(cast.tao)
    answer = client.post(reverse("proposal_consortium", args=[bid.pk]), {"partner": typed})
    assert (answer.status_code, told in answer.content.decode()) == (422, True)


# ── who knows of it ─────────────────────────────────────────────────────────────
def test_nobody_outside_knows_who_was_asked(client, cast, bid):
    assert cast.ting.is_active
    row = consortium.confirmed(cast, bid)
    for who in ("alice", "bob", "guan", "ling", "auditor", "rui"):
        client.force_login(getattr(cast, who))
        assert client.get(row.get_absolute_url()).status_code == 404, who
        assert client.get(bid.get_absolute_url()).status_code == 404, who
    assert row.audit_stream in sealed_streams()
    told = Notice.objects.filter(kind__startswith="participant.")
    assert {notice.recipient for notice in told} == {cast.tao, cast.ting, cast.charlie}
    letters = Delivery.objects.filter(notice__in=told)
    assert letters.exists()
    assert not letters.exclude(pk__in=letters_about_sealed_bids()).exists()


def test_what_a_participant_writes_lies_hidden(cast, bid):
    row = consortium.writing(cast, bid)
    kept = bytes(Participant.objects.get(pk=row.pk).working)
    assert "中试".encode() not in kept
    assert "中试".encode() in reveal(kept)


def test_who_has_left_the_organisation_writes_no_more(client, cast, bid):
    row = consortium.invited(cast, bid)
    writer = person("执笔")
    place = join(writer, cast.other_enterprise)
    perform(row, "take_part", by=cast.charlie, data={"writer": str(writer.pk)})
    type(place).objects.filter(pk=place.pk).update(left_at=place.joined_at, ended_by=cast.charlie)
    client.force_login(writer)
    assert client.get(reverse("participant_edit", args=[row.pk])).status_code == 404


def test_what_nobody_confirmed_ends_with_the_bid(cast, bid):
    row = consortium.writing(cast, bid)
    world.let_the_deadline_pass(bid.need)
    tick()
    assert consortium.fresh(row).status == "removed"


def test_in_a_rolling_batch_it_is_the_same(cast):
    need = world.listed(cast, within=world.batch(cast, sealing="rolling"))
    bid = world.draft(cast, need)
    consortium.confirmed(cast, bid)
    perform(again(bid), "submit", by=cast.tao)
    decrypt_opened()
    assert again(bid).content["participants"][0]["organisation"]["name"] == cast.other_enterprise.name


def test_a_stale_form_of_a_part_is_not_saved_over_a_colleagues(client, cast, bid):
    row = consortium.writing(cast, bid)
    client.force_login(cast.charlie)
    address = reverse("participant_edit", args=[row.pk])
    here = Controls(client.get(address).content.decode()).values
    save_section(consortium.fresh(row), {**consortium.SECTION, "statement": "同事写的"}, by=cast.charlie)
    answer = client.post(address, here | {"statement": "我写的"})
    assert (answer.status_code, "我写的" in answer.content.decode()) == (409, True)
    assert consortium.fresh(row).section["statement"] == "同事写的"


def test_one_participant_learns_nothing_of_another(client, cast, bid):
    first = consortium.invited(cast, bid)
    invite_participant(bid, organisation=cast.rival_university, by=cast.tao)
    client.force_login(cast.charlie)
    page = client.get(first.get_absolute_url()).content.decode()
    assert cast.rival_university.name not in page
    assert "邀请参加单位" not in page


def test_a_deadline_that_moves_moves_for_whoever_still_has_to_answer(cast, bid):
    row = consortium.writing(cast, bid)
    life.extend(cast, bid.need)
    row = consortium.fresh(row)
    assert row.due_at == row.proposal.need.bid_deadline
    assert Notice.objects.filter(kind="proposal.listing_extend", recipient=cast.charlie).exists()


def test_the_document_names_who_takes_part(cast, bid):
    consortium.confirmed(cast, bid)
    made = application_of(again(bid))
    cells = {cell for block in made.blocks for row in block.rows for cell in row}
    assert {consortium.SECTION["statement"], "12.00 万元", "查经理"} <= cells
