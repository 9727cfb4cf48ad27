"""A bid on one page or as a whole 揭榜申请书: which one is the batch's rule, what it asks, that nothing is lost."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

import bids
import world
from controls import form_of, save
from core.sealing import canonical, commitment, seal
from needs.models import Batch
from people import Cast
from proposals.content import FIRST, gaps, manifest
from proposals.models import Proposal, Submission
from proposals.sealing import own_copy
from proposals.states import P
from proposals.tasks import decrypt_opened
from workflow.actions import perform
from workflow.machine import Refused

pytestmark = pytest.mark.django_db
MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def whole(cast: Cast) -> Proposal:
    """A whole 揭榜申请书, ready to be handed in."""
    need = bids.published(cast, of=bids.batch(cast, bid_form="full"))
    return bids.drafted(need, cast.team, **bids.full(need))


def places(proposal: Proposal, **changes) -> list[str]:
    return [gap.place for gap in gaps(proposal.need, {**proposal.draft, **changes})]


def test_the_short_form_is_one_page_and_asks_none_of_what_the_full_one_does(client, cast):
    proposal = bids.drafted(bids.published(cast), cast.team)
    client.force_login(cast.tao)
    shown = form_of(client, proposal)
    assert not {"background", "budget-TOTAL_FORMS", "trl_now", "members-0-months"} & set(shown)
    assert {"summary", "approach", "price", "ownership", "milestones-0-amount", "members-0-role"} <= set(shown)
    assert gaps(proposal.need, proposal.draft) == []


def test_the_full_form_keeps_every_field_and_saving_it_untouched_changes_nothing(client, cast, whole):
    client.force_login(cast.tao)
    data = form_of(client, whole)
    assert data["background"]
    assert data["budget-0-asked"] == "30.00"
    assert (data["members-0-months"], data["trl_now"], data["ownership"]) == ("6", "3", "joint")
    save(client, whole, data)
    assert bids.fresh(whole).draft == whole.draft


EMPTY = {
    "background": ("", "id_background"),
    "innovation": ("", "id_innovation"),
    "risk": ("", "id_risk"),
    "trl_target": (None, "id_trl_target"),
    "budget": ([], "part-budget"),
    "ownership": ("", "id_ownership"),
    "pledged": (False, "id_pledged"),
    "members": ([{"name": "陶教授", "title": "", "role": "负责人", "months": ""}], "part-members"),
}


@pytest.mark.parametrize("name", EMPTY)
def test_what_a_whole_application_lacks_is_named_with_the_place_to_go_to(client, cast, whole, name):
    empty, place = EMPTY[name]
    assert places(whole) == []
    assert places(whole, **{name: empty}) == [place]
    client.force_login(cast.tao)
    assert f'id="{place}"' in client.get(reverse("proposal_edit", args=[whole.pk])).content.decode()


def test_each_promise_needs_its_evidence_and_its_method(whole):
    strength = whole.need.indicators.first()
    said = whole.draft["answers"]
    for column in ("evidence", "method"):
        changed = {**said, str(strength.pk): {**said[str(strength.pk)], column: ""}}
        assert places(whole, answers=changed) == [f"id_answer-{strength.pk}-{column}"]


def test_what_is_asked_in_the_budget_has_to_come_to_the_price(client, cast, whole):
    client.force_login(cast.tao)
    short = [{**whole.draft["budget"][0], "asked": "100000.00"}, *whole.draft["budget"][1:]]
    assert places(whole, budget=short) == ["part-budget"]
    assert places(whole, price="470000.00") == ["part-milestones", "part-budget"]
    page = client.post(
        reverse("proposal_check", args=[whole.pk]), form_of(client, whole) | {"budget-0-asked": "20"}
    ).content.decode()
    assert "还差 10.00 万元" in page
    assert "自筹合计 2.00 万元" in page


def test_nobody_works_more_months_than_the_project_lasts(whole):
    rows = [{**whole.draft["members"][0], "months": "11"}]
    assert places(whole, members=rows) == ["part-members"]


def test_a_target_below_what_is_there_is_said_beside_the_field(client, cast, whole):
    client.force_login(cast.tao)
    answer = client.post(
        reverse("proposal_edit", args=[whole.pk]), form_of(client, whole) | {"trl_target": "2"}, follow=True
    )
    assert "目标成熟度不能低于现有成熟度" in answer.content.decode()


def test_the_last_step_is_the_page_of_the_bid_with_its_button(client, cast, whole):
    client.force_login(cast.tao)
    answer = save(client, whole, form_of(client, whole), then="review")
    assert answer["Location"] == whole.get_absolute_url()
    page = client.get(whole.get_absolute_url()).content.decode()
    assert "测算依据" in page
    assert "投入合计 6 人月" in page


def test_an_incomplete_application_is_not_taken(cast, whole):
    draft = {**whole.draft, "budget": []}
    bids.save_draft(whole, draft, by=cast.tao)
    with pytest.raises(Refused, match="经费预算"):
        perform(bids.fresh(whole), "submit", by=cast.tao)


def test_the_form_is_sealed_with_the_bid_and_everything_in_it_comes_into_the_open(cast, whole):
    perform(whole, "submit", by=cast.tao)
    copy = own_copy(bids.fresh(whole))
    assert (copy["manifest"]["format"], copy["manifest"]["form"]) == ("jiebang.bid/2", "full")
    world.let_the_deadline_pass(whole.need)
    bids.opened(whole.need, cast)
    decrypt_opened()
    opened = bids.fresh(whole)
    assert opened.status == P.OPENED
    assert opened.content["budget"] == whole.draft["budget"]
    assert opened.content["answers"] == whole.draft["answers"]


def sealed_in_the_first_spelling(proposal: Proposal, by) -> Submission:
    """As the platform sealed a bid before there was a full form: one note to an answer, no format but the first."""
    content = {**proposal.draft, "answers": {}}
    for row in proposal.need.indicators.all():
        content["answers"][str(row.pk)] = {"value": "27.5", "meets": "met", "note": f"{row.name}自测数据"}
    content.pop("ownership")
    body, salt = manifest(proposal, content, version=1, spelling=FIRST), b"s" * 32
    made = Submission(
        proposal=proposal, version=1, commitment=commitment(body, salt), submitted_by=by,
        ciphertext=seal(canonical({"salt": salt.hex(), "manifest": body.decode()}), proposal.need.public_key),
    )  # fmt: skip
    made.save(force_insert=True)
    kept = {"version": 1, "salt": salt.hex(), "commitment": made.commitment, "listing": proposal.need.published_hash}
    proposal.draft = {**content, "sealed": kept}
    proposal.save(update_fields=["working"])
    return made


def test_a_bid_that_was_sealed_before_there_were_two_forms_still_proves_itself_and_opens(client, cast):
    proposal = bids.drafted(bids.published(cast), cast.team)
    row = sealed_in_the_first_spelling(proposal, cast.tao)
    with transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(status=P.SUBMITTED)
    held = own_copy(bids.fresh(proposal))
    assert held is not None
    assert "form" not in held["manifest"]
    proof = hashlib.sha256(bytes.fromhex(held["salt"]) + canonical(held["manifest"])).hexdigest()
    assert proof == row.commitment, "who keeps the copy can show it without the platform"
    world.let_the_deadline_pass(proposal.need)
    bids.opened(proposal.need, cast)
    decrypt_opened()
    assert bids.fresh(proposal).latest.intact
    client.force_login(cast.alice)
    for page in (proposal.get_absolute_url(), reverse("need_compare", args=[proposal.need_id])):
        assert "拉伸强度自测数据" in client.get(page).content.decode()


def test_the_form_is_frozen_and_public_with_the_batch(client, cast):
    batch = bids.batch(cast, bid_form="full")
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(bid_form="short")
    assert "揭榜申请书（全表）" in client.get(batch.get_absolute_url()).content.decode()
    assert json.loads(client.get(reverse("batch_rules", args=[batch.pk])).content)["bid_form"] == "full"
