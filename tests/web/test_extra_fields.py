"""Fields that no form has, sent all the same: a status, an owner, a right. A form takes what it names and no more."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

import bids
import journey
from accounts.models import Appointment, Membership, Organisation, User
from audit.models import Event
from contracts.models import Contract
from forms_on_page import Page
from meetings.models import Intent
from needs.models import Batch, Need
from people import PASSWORD, Cast, uscc
from proposals.models import Answer
from teams.models import Team
from wrong_forms import as_, drafted

pytestmark = pytest.mark.django_db

EXTRA = {
    "id": "00000000-0000-4000-8000-000000000000", "pk": "00000000-0000-4000-8000-000000000000",
    "status": "completed", "status_since": "2020-01-01", "due_at": "2099-01-01", "number": "JB-2026-Q4-0001",
    "application_number": "X", "published_at": "2020-01-01", "bid_deadline": "2099-01-01T00:00",
    "publish_at": "2020-01-01T00:00", "submitted_at": "2020-01-01", "signed_at": "2020-01-01",
    "opened_at": "2020-01-01",
    "organisation": "", "organisation_id": "", "team": "", "team_id": "", "need": "", "need_id": "", "leader": "",
    "leader_id": "", "party_a": "", "party_b": "", "batch": "", "created_by": "", "screened_by": "", "drafted_by": "",
    "is_staff": "1", "is_superuser": "1", "is_active": "0", "is_demo": "1", "is_admin": "1", "role": "manager",
    "roles": "leader", "permissions": "all", "email_verified": "1", "phone_verified": "1", "verified": "1",
    "source": "import", "source_note": "伪造来源", "relists": "9", "price": "1", "score": "100", "weights": "[]",
    "outcome": "select", "commitments": "[]", "wrapped_key": "x", "revision": "99", "typed": "[]", "_again": "",
}  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


def facts(*objects: Any, but: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Every column of each row as it is in the database now, but for those a form may change."""
    fresh = [type(one)._base_manager.filter(pk=one.pk).values().get() for one in objects]
    return [{name: value for name, value in row.items() if name not in but} for row in fresh]


def send(client: Client, page: str, field: str, **changes: Any) -> Any:
    """The form of the page that has `field`, with changes and with everything that is not its own."""
    form = Page(page, client.get(page).content.decode()).form_with(field)
    foreign = {name: value for name, value in EXTRA.items() if name not in form.controls}
    return client.post(form.action, {**foreign, **form.data(**changes)})


def extra(cast: Cast, form: set[str]) -> dict[str, str]:
    """With real ids where an id would be wanted."""
    real = {"organisation": cast.other_enterprise.pk, "team": cast.rival_team.pk, "leader": cast.rui.pk}
    return {name: str(real.get(name.removesuffix("_id"), value)) for name, value in EXTRA.items() if name not in form}


def test_a_need_keeps_its_owner_its_state_and_its_numbers(cast: Cast):
    need = journey.draft(cast)
    may = ("problem", "search_text", "search", "revision")
    before = facts(need, but=may)
    send(as_(cast.alice), f"/needs/{need.pk}/edit/", "problem", problem="新写的难题。", **extra(cast, {"title"}))
    assert facts(need, but=may) == before
    assert Need.objects.get().problem == "新写的难题。"


def test_a_new_need_belongs_to_who_writes_it(cast: Cast):
    batch = journey.batch(cast)
    sent = {**extra(cast, {"batch"}), "title": "甲", "batch": str(batch.pk), "key": ""}
    as_(cast.alice).post("/enterprise/needs/new/", sent)
    need = Need.objects.get()
    assert (need.organisation, need.status, need.number, need.created_by) == (
        cast.enterprise,
        "draft",
        None,
        cast.alice,
    )


def test_a_bid_keeps_its_team_its_need_and_its_state(cast: Cast):
    bid = drafted(cast, journey.published(cast))
    before = facts(bid, but=("working", "working_saved_at", "revision"))
    page = f"/proposals/{bid.pk}/edit/"
    send(as_(cast.tao), page, "summary", summary="新写的概述。", **extra(cast, {"price"}))
    assert facts(bid, but=("working", "working_saved_at", "revision")) == before
    draft = bids.fresh(bid).draft
    assert draft["summary"] == "新写的概述。"
    assert set(draft) <= {
        "summary", "approach", "basis", "risk", "rights", "price", "period_months", "answers", "milestones", "members",
        "ownership", "files", "sealed",
    }  # fmt: skip


def test_an_answer_goes_to_the_bid_it_stands_beside(cast: Cast):
    need = journey.opened(cast)
    first, second = need.proposals.order_by("pk")
    stranger = "bid-00000000-0000-4000-8000-000000000000"
    sent = {
        f"bid-{first.pk}-outcome": "refuse", f"bid-{first.pk}-code": "price",
        f"bid-{first.pk}-sentence": "报价超出预算。",
        f"bid-{first.pk}-proposal": str(second.pk), f"{stranger}-outcome": "select", f"{stranger}-code": "fit",
        f"{stranger}-sentence": "选定不存在的方案。",
    }  # fmt: skip
    before = facts(first, second)
    send(as_(cast.alice), f"/needs/{need.pk}/compare/", f"bid-{first.pk}-sentence", **sent)
    assert Answer.objects.get().proposal == first
    assert facts(first, second) == before


def test_a_contract_keeps_its_parties_and_its_state(cast: Cast):
    contract = journey.contract(cast, signed=False)
    rows = (contract, *contract.milestones.all(), *contract.payments.all())
    may = ("confidentiality",)
    before = facts(*rows, but=may)
    page = f"/contracts/{contract.pk}/edit/"
    send(as_(cast.alice), page, "confidentiality", confidentiality="保密五年。", **extra(cast, set()))
    assert facts(*rows, but=may) == before
    assert Contract.objects.get().confidentiality == "保密五年。"


def test_a_row_of_another_contract_is_not_taken_over(cast: Cast):
    """The id of a milestone is in the form; that of somebody else's contract makes a new row, never a theft."""
    batch = journey.batch(cast)
    mine = journey.contract(cast, of=batch, title="甲", signed=False)
    other = journey.contract(cast, of=batch, title="乙", signed=False)
    theirs = other.milestones.first()
    before = facts(theirs)
    page = f"/contracts/{mine.pk}/edit/"
    send(as_(cast.alice), page, "confidentiality", **{"milestones-0-id": str(theirs.pk), "milestones-0-title": "改名"})
    assert facts(theirs) == before


def test_an_intent_is_put_to_the_chosen_team_only(cast: Cast):
    need = journey.selected(cast)
    page = f"/needs/{need.pk}/intent/"
    sent = {"next_step": "到企业见面", "next_date": "2099-12-31", **extra(cast, set())}
    send(as_(cast.alice), page, "next_step", **sent)
    intent = Intent.objects.get()
    assert (intent.need, intent.proposal.team, intent.status) == (need, cast.team, "proposed")
    assert intent.created_by == cast.alice


def test_nobody_gives_himself_rights_by_his_own_page(cast: Cast):
    may = ("name", "name_sort", "last_login")
    before = facts(cast.alice, but=may)
    send(as_(cast.alice), "/account/profile/", "name", name="艾丽丝·新", **extra(cast, {"name"}))
    assert facts(cast.alice, but=may) == before
    assert not Appointment.objects.filter(user=cast.alice).exists()
    assert cast.alice.positions == {cast.enterprise.pk: "manager"}


def test_nobody_signs_up_with_rights(db):
    sent = {
        **EXTRA, "name": "新人", "email": "new@example.com", "phone": "", "password1": PASSWORD, "kind": "enterprise",
        "organisation_name": "新材料有限公司", "uscc": uscc(), "region": "青岛", "address": "火炬路 9 号",
        "message": "",
    }  # fmt: skip
    Client().post("/account/signup/", sent)
    user, made = User.objects.get(), Organisation.objects.get()
    assert (made.status, made.kind, made.is_demo) == ("submitted", "enterprise", False)
    assert (user.is_active, user.roles, user.phone_verified) == (True, frozenset(), False)
    assert Membership.objects.get().role == "manager"


def test_a_verified_organisation_keeps_what_the_zone_has_vouched_for(cast: Cast):
    may = ("region", "address", "contact", "contact_phone", "intro")
    before = facts(cast.enterprise, but=may)
    page = reverse("organisation_edit", args=[cast.enterprise.pk])
    foreign = {"name": "别的公司", "kind": "zone", "uscc": uscc(), **extra(cast, set())}
    send(as_(cast.alice), page, "address", address="火炬路 99 号", **foreign)
    assert facts(cast.enterprise, but=may) == before


def test_an_invitation_is_to_ones_own_organisation_and_to_no_office(cast: Cast):
    page = reverse("organisation_members", args=[cast.enterprise.pk])
    foreign = extra(cast, {"role"})
    send(as_(cast.alice), page, "address", address="ming@example.com", **foreign)
    (invitation,) = cast.enterprise.invitations.all()
    assert (invitation.role, invitation.invited_by, invitation.accepted_at) == ("member", cast.alice, None)
    assert as_(cast.alice).post(page, {"address": "li@example.com", "role": "leader"}).status_code == 422


def test_a_team_keeps_its_leader_and_its_organisation(cast: Cast):
    may = ("name", "name_sort", "intro", "keywords", "field8", "changed")
    before = facts(cast.team, but=may)
    page = reverse("team_edit", args=[cast.team.pk])
    send(as_(cast.tao), page, "intro", intro="新写的简介。", **extra(cast, set()))
    assert facts(cast.team, but=may) == before
    assert Team.objects.get(pk=cast.team.pk).intro == "新写的简介。"


def test_a_new_batch_is_a_draft(cast: Cast):
    sent = {"title": "第四季度", "rules": "密封至截止。", **extra(cast, {"guide", "additions"})}
    send(as_(cast.guan), "/office/batches/new/", "title", **sent, weights_text="方案 100")
    batch = Batch.objects.get()
    assert (batch.status, batch.created_by, batch.published_at) == ("draft", cast.guan, None)
    assert (batch.weights, batch.frozen_hash) == ([{"name": "方案", "weight": 100}], "")


def test_a_move_records_what_its_form_asks_and_nothing_else(cast: Cast):
    need = journey.submitted(cast)
    page = reverse("move", args=["need", need.pk, "return"])
    sent = {"code": "indicators", "reason": "请把“防腐性能强”改为盐雾小时数。", **extra(cast, set())}
    send(as_(cast.guan), page, "reason", **sent)
    need.refresh_from_db()
    assert (need.status, need.organisation, need.number) == ("returned", cast.enterprise, None)
    event = Event.objects.get(stream=need.audit_stream, action="need.return")
    assert set(json.loads(event.note.text)) == {"code", "reason"}
