"""An annex is offered, asked for under an agreement, and answered with a reason."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

import insider
import journey
from annex_world import OWN, PURPOSE, REASON, asked, granted, offered
from annexes.actions import ask, save_terms
from annexes.lifecycle import due_to_lapse
from annexes.models import Acceptance, AnnexRequest
from annexes.queries import agreement_in_force, fingerprint, in_brief
from audit.models import Event
from documents.kinds import FIRST_WORDING, Kind
from needs.models import Need
from notifications.models import Notice
from rescue.cold import cold
from teams.actions import create_team
from workflow.actions import perform
from workflow.machine import Invalid, Refused, Stale

pytestmark = pytest.mark.django_db


# ── offering ────────────────────────────────────────────────────────────────────
def test_an_agreement_of_ones_own_carries_no_number_of_a_person(cast: Any) -> None:
    need = offered(cast)
    told = {"offered": True, "auto_grant": False, "by": cast.alice}
    with pytest.raises(Refused, match="手机号"):
        save_terms(need, own_text=f"{OWN}联系人张三，13800138000。", **told)
    save_terms(need, own_text=OWN, **told)


def test_nothing_can_be_asked_for_unless_the_enterprise_says_so(cast: Any) -> None:
    need = journey.published(cast, confidential="机密配方")
    with pytest.raises(Refused, match="没有开放"):
        asked(cast, need)


def test_an_annex_without_anything_in_it_is_not_offered(cast: Any) -> None:
    with pytest.raises(Refused, match="还没有可以查阅的内容"):
        save_terms(journey.published(cast), offered=True, auto_grant=False, own_text="", by=cast.alice)


def test_only_the_enterprise_sets_the_terms_and_a_stale_form_is_told_so(cast: Any) -> None:
    need = offered(cast)
    for stranger in (cast.charlie, cast.tao, cast.guan):
        with pytest.raises(PermissionDenied):
            save_terms(need, offered=False, auto_grant=False, own_text="", by=stranger)
    with pytest.raises(Stale):
        save_terms(need, offered=False, auto_grant=False, own_text="", by=cast.alice, revision=0)


# ── asking ──────────────────────────────────────────────────────────────────────
def test_asking_binds_the_organisation_and_the_enterprise_has_three_working_days(cast: Any) -> None:
    need = offered(cast)
    made = asked(cast, need)
    held = Acceptance.objects.get()
    assert (held.organisation, held.accepted_by, held.standing) == (cast.university, cast.tao, "leader")
    assert held.agreement.text == FIRST_WORDING[Kind.NDA]
    assert held.agreement.sha256 == fingerprint(FIRST_WORDING[Kind.NDA])
    assert made.status == "requested"
    assert made.due_at is not None
    assert set(Notice.objects.filter(kind="annex.ask").values_list("recipient__name", flat=True)) == {"艾丽丝"}
    accepted = Event.objects.get(action="annex.accept")
    assert accepted.detail["agreement"] == held.agreement.sha256
    assert (accepted.stream, accepted.subject_id) == (f"annex:{made.pk}", str(made.pk))


def test_a_member_cannot_bind_the_organisation_a_manager_can(cast: Any) -> None:
    need = offered(cast)
    with pytest.raises(PermissionDenied):
        asked(cast, need, by=cast.ting)
    insider.execute("UPDATE teams_team SET leader_id = %s WHERE id = %s", cast.ting.pk, cast.team.pk)
    cast.team.refresh_from_db()
    asked(cast, need)  # Tao manages the university
    assert Acceptance.objects.get().standing == "manager"


def test_who_may_not_ask_is_told_why(cast: Any) -> None:
    need = offered(cast)
    own = create_team(organisation=cast.enterprise, name="本单位团队", by=cast.alice)
    with pytest.raises(Refused, match="本单位自己的榜单"):
        asked(cast, need, team=own, by=cast.alice)
    asked(cast, need)
    with pytest.raises(Refused, match="已经提交"):
        asked(cast, need)
    perform(cast.rival_university, "suspend", by=cast.shen, data=REASON)
    with pytest.raises(Refused, match="已暂停"):
        asked(cast, need, team=cast.rival_team, by=cast.rui)


def test_after_the_deadline_nobody_may_ask_whether_or_not_he_has_bid(cast: Any) -> None:
    """To let bidders ask for longer would tell the enterprise who has bid."""
    need = offered(cast)
    journey.bid(need, cast.team, by=cast.tao)
    journey.pass_deadline(need)
    for team, by in ((cast.team, cast.tao), (cast.rival_team, cast.rui)):
        with pytest.raises(Refused, match="揭榜已截止"):
            asked(cast, need, team=team, by=by)


def test_a_refused_team_may_ask_again_but_not_for_ever(cast: Any) -> None:
    need = offered(cast)
    for _turn in range(3):
        perform(asked(cast, need), "refuse", by=cast.alice, data=REASON)
    with pytest.raises(Refused, match="已经申请过 3 次"):
        asked(cast, need)


def test_what_was_shown_is_what_is_accepted(cast: Any) -> None:
    need = offered(cast)
    shown = agreement_in_force(need).sha256
    save_terms(need, offered=True, auto_grant=False, own_text=OWN, by=cast.alice)
    with pytest.raises(Refused, match="新的版本"), transaction.atomic():
        ask(need, team=cast.team, purpose=PURPOSE, sha256=shown, by=cast.tao)
    assert not AnnexRequest.objects.exists()
    assert not Acceptance.objects.exists()


# ── the answer ──────────────────────────────────────────────────────────────────
def test_the_answer_reaches_the_team_with_its_reason(cast: Any) -> None:
    need = offered(cast)
    made = asked(cast, need)
    with pytest.raises(Invalid):
        perform(made, "refuse", by=cast.alice, data={"code": "other", "reason": "太短"})
    perform(made, "refuse", by=cast.alice, data=REASON)
    told = Notice.objects.get(kind="annex.refuse", recipient=cast.tao)
    assert told.context["reason"] == REASON["reason"]


def test_where_the_enterprise_wishes_the_grant_is_automatic(cast: Any) -> None:
    made = asked(cast, offered(cast, auto_grant=True))
    made.refresh_from_db()
    assert made.status == "granted"
    assert Event.objects.get(action="annex.grant").actor == ""
    assert Notice.objects.get(kind="annex.ask").context["auto"] is True


def test_unanswered_requests_lapse_with_the_window_and_grants_with_the_need(cast: Any) -> None:
    need = offered(cast)
    first, second = granted(cast, need), asked(cast, need, team=cast.rival_team, by=cast.rui)
    journey.pass_deadline(need)
    perform(need, "close", by=None)
    assert list(due_to_lapse()) == [second]
    perform(second, "lapse", by=None)
    with pytest.raises(Refused):
        perform(first, "lapse", by=None)
    perform(need, "take_down", by=cast.ling, data=REASON)
    assert list(due_to_lapse()) == [first]
    perform(first, "lapse", by=None)
    assert Notice.objects.filter(kind="annex.lapse", recipient=cast.tao).exists()


def test_the_enterprise_learns_of_interest_and_of_no_bid(cast: Any) -> None:
    """The same with a sealed bid and without: what the enterprise and the zone see of a request does not differ."""
    need = offered(cast)
    made = asked(cast, need)
    before = [in_brief(need, user) for user in (cast.alice, cast.guan)]
    journey.bid(need, cast.team, by=cast.tao)
    made.refresh_from_db()
    assert [in_brief(need, user) for user in (cast.alice, cast.guan)] == before
    assert made.status == "requested"


def test_who_asks_for_the_annex_shows_interest_and_the_listing_is_not_cold(cast: Any) -> None:
    need = offered(cast)
    insider.execute(
        "UPDATE needs_need SET published_at = now() - interval '19 days', window_from = now() - interval '19 days',"
        " bid_deadline = now() + interval '1 day' WHERE id = %s",
        need.pk,
    )
    assert need in cold(Need.objects.all())
    asked(cast, need)
    assert need not in cold(Need.objects.all())
