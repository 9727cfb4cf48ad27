"""A joint listing is amended when every partner whose terms it touches agrees; who refuses stays bound to the old."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

import company
import life
import world
from changes.models import Change, Consultation
from core import clock
from needs.models import Need
from notifications.models import Notice
from partners.models import Partnership
from partners.terms import is_stale
from people import Cast, join, person
from workflow.actions import begin, perform
from workflow.machine import Invalid, Refused, Stale
from workflow.queries import todo
from workflow.tasks import tick

pytestmark = pytest.mark.django_db
NO = {"reason": "榜额增加后，本年度预算不够分摊。"}


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def told(user: Any, kind: str) -> int:
    return Notice.objects.filter(recipient=user, kind=kind).count()


def test_more_money_waits_for_the_partner_and_then_for_the_zone(cast: Cast):
    row = company.posted(cast)
    change = life.amendment(cast, row.need, budget=Decimal("600000"))
    assert change.status == "consulting"
    with pytest.raises(Stale):
        perform(change, "approve", by=cast.ling)
    [asked] = change.consultations.all()
    assert (asked.amount_before, asked.amount_after) == (Decimal("150000"), Decimal("180000"))
    perform(asked, "agree", by=cast.charlie)
    assert fresh(change).status == "proposed"
    assert fresh(row).amount == Decimal("150000")  # bound by the old words until the zone has decided
    perform(fresh(change), "approve", by=cast.ling)
    row = fresh(row)
    assert (row.need.budget, row.amount, row.consented_by) == (Decimal("600000"), Decimal("180000"), cast.charlie)
    assert not is_stale(row)


def test_a_partner_that_refuses_ends_the_amendment_and_stays_bound_to_what_it_agreed_to(cast: Cast):
    row = company.posted(cast)
    hashed, terms = row.need.published_hash, row.terms
    change = life.amendment(cast, row.need, budget=Decimal("600000"))
    perform(change.consultations.get(), "object", by=cast.charlie, data=NO)
    assert (fresh(change).status, fresh(row).status) == ("objected", "consented")
    assert (fresh(row).terms, fresh(row).need.published_hash) == (terms, hashed)
    assert change.consultations.get().reason == NO["reason"]
    assert (told(cast.alice, "consultation.object"), told(cast.alice, "change.object")) == (1, 1)
    life.amendment(cast, row.need, budget=Decimal("550000"))  # other words may be proposed at once


def test_it_says_why(cast: Cast):
    change = life.amendment(cast, company.posted(cast).need, budget=Decimal("600000"))
    with pytest.raises(Invalid):
        perform(change.consultations.get(), "object", by=cast.charlie, data={"reason": "不"})
    assert fresh(change).status == "consulting"


def test_all_partners_agree_or_nothing_happens(cast: Cast):
    row, third = company.posted_with_two(cast)
    change = life.amendment(cast, row.need, goal="形成低温工况下的配方和喷涂工艺。")
    ours, theirs = (change.consultations.get(partnership=one) for one in (row, third))
    perform(ours, "agree", by=cast.charlie)
    assert fresh(change).status == "consulting"
    perform(theirs, "object", by=company.manager_of(third), data=NO)
    assert fresh(change).status == "objected"
    assert (fresh(ours).status, fresh(theirs).status) == ("agreed", "objected")


def test_a_silent_partner_has_not_agreed(cast: Cast):
    row = company.posted(cast)
    change = life.amendment(cast, row.need, budget=Decimal("600000"))
    world.close(row.need)
    tick()
    tick()
    assert (fresh(change).status, change.consultations.get().status) == ("lapsed", "lapsed")
    assert fresh(row).need.budget == Decimal("500000")
    assert told(cast.charlie, "consultation.lapse") == 1


def test_better_words_need_nobodys_consent_but_partners_are_told(cast: Cast):
    row = company.posted(cast)
    change = life.amendment(cast, row.need, problem="现有涂层在零下二十度开裂。")
    assert change.status == "proposed"
    assert not change.consultations.exists()
    assert told(cast.charlie, "change.create") == 1
    life.approved(cast, change)
    assert told(cast.charlie, "change.approve") == 1
    assert not is_stale(fresh(row))


@pytest.mark.parametrize(
    "said",
    [
        {"goal": "另一个目标。"},
        {"period_months": 24},
        {"ownership": "client"},
        {"cooperation": ["joint"]},
        {"deliverables": ["sample"]},
        {"improvements": "shared"},
    ],
    ids=lambda said: next(iter(said)),
)
def test_what_binds_a_partner_is_asked_of_it(cast: Cast, said: dict[str, Any]):
    row = company.posted(cast)
    assert life.amendment(cast, row.need, **said).status == "consulting"


def test_other_indicators_are_asked_of_it_too(cast: Cast):
    row = company.posted(cast)
    assert life.amendment(cast, row.need, rows=life.harder(row.need)).status == "consulting"


def test_a_listing_of_one_enterprise_asks_nobody(cast: Cast):
    assert life.amendment(cast, world.listed(cast), budget=Decimal("600000")).status == "proposed"


def test_only_a_manager_of_the_partner_answers(cast: Cast):
    colleague = person("同事")
    row = company.posted(cast)
    join(colleague, cast.other_enterprise)
    asked = life.amendment(cast, row.need, budget=Decimal("600000")).consultations.get()
    for user in (colleague, cast.alice, cast.guan, cast.ling):
        with pytest.raises(PermissionDenied):
            perform(asked, "agree", by=user)
    assert [one.pk for one in todo(cast.charlie) if one.machine.noun == "consultation"] == [asked.pk]
    assert not [one for one in todo(colleague) if one.machine.noun == "consultation"]


def test_who_takes_the_amendment_back_ends_the_question(cast: Cast):
    row = company.posted(cast)
    change = life.amendment(cast, row.need, budget=Decimal("600000"))
    perform(change, "withdraw", by=cast.alice)
    asked = change.consultations.get()
    with pytest.raises(Refused, match="不再征求"):
        perform(asked, "agree", by=cast.charlie)
    tick()
    assert fresh(asked).status == "lapsed"
    assert told(cast.charlie, "change.withdraw") == 1


def test_the_zone_is_not_asked_before_the_partners_are_through(cast: Cast):
    row = company.posted(cast)
    change = life.amendment(cast, row.need, budget=Decimal("600000"))
    assert told(cast.ling, "change.create") == 0
    perform(change.consultations.get(), "agree", by=cast.charlie)
    assert told(cast.ling, "change.put_forward") == 1


def test_strangers_see_neither_the_question_nor_the_change(cast: Cast):
    row = company.posted(cast)
    change = life.amendment(cast, row.need, budget=Decimal("600000"))
    for user, sees in ((cast.alice, True), (cast.charlie, True), (cast.guan, True), (cast.tao, False)):
        user.forget_rights()
        assert Change.objects.visible_to(user).filter(pk=change.pk).exists() is sees
        assert Consultation.objects.visible_to(user).exists() is sees


# ── the database ────────────────────────────────────────────────────────────────
def test_the_database_takes_no_approval_without_the_partners(cast: Cast):
    row = company.posted(cast)
    change = life.amendment(cast, row.need, budget=Decimal("600000"))
    Change.objects.filter(pk=change.pk).update(status="proposed")
    with pytest.raises(DatabaseError, match="a partner has not agreed"), transaction.atomic():
        Change.objects.filter(pk=change.pk).update(approved_by=cast.ling, approved_at=clock.now(), status="approved")
    Change.objects.filter(pk=change.pk).update(status="consulting")
    perform(change, "withdraw", by=cast.alice)
    said = {
        name: getattr(change, name) for name in ("need", "kind", "reason", "said", "before", "after", "old_deadline")
    }
    unasked = begin(Change(**said, proposed_by=cast.alice), by=cast.alice)  # nobody was asked
    with pytest.raises(DatabaseError, match="a partner has not agreed"), transaction.atomic():
        Change.objects.filter(pk=unasked.pk).update(approved_by=cast.ling, approved_at=clock.now(), status="approved")


@pytest.mark.parametrize("said", [{"reason": "x"}, {"answered_by": None}, {"answered_at": None}])
def test_an_answer_is_kept(cast: Cast, said: dict[str, Any]):
    row = company.posted(cast)
    change = life.amendment(cast, row.need, budget=Decimal("600000"))
    asked = change.consultations.get()
    perform(asked, "agree", by=cast.charlie)
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        Consultation.objects.filter(pk=asked.pk).update(**said)
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        asked.delete()


def test_two_partners_agree_at_once_and_one_of_them_sends_it_on(cast: Cast):
    """In one transaction after the other; the lock of the change orders those that come together."""
    row, third = company.posted_with_two(cast)
    change = life.amendment(cast, row.need, budget=Decimal("600000"))
    for one, who in ((row, cast.charlie), (third, company.manager_of(third))):
        perform(change.consultations.get(partnership=one), "agree", by=who)
    assert fresh(change).status == "proposed"
    life.approved(cast, fresh(change))
    assert [one.amount for one in Partnership.objects.filter(need=row.need).order_by("share")] == [
        Decimal("120000"),
        Decimal("180000"),
    ]
    assert Need.objects.get(pk=row.need_id).amendments == 1
