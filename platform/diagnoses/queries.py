"""Reads of the diagnosis that cross tables."""

from typing import Any

from django.db.models import Prefetch, Q

from accounts.models import Organisation
from accounts.queries import office
from accounts.roles import Role
from diagnoses.codes import Duty
from diagnoses.models import Assignment, Entry
from diagnoses.rules import ON_THE_DESK
from diagnoses.states import LIVE, A
from needs.models import Need


def diagnosed_by(user: Any) -> Q:
    """The needs this person's agency diagnoses now: reading begins with the acceptance and ends with the assignment."""
    agencies = [place.pk for place in user.places if place.kind == Organisation.Kind.AGENCY]
    if not agencies:
        return Q(pk__in=[])
    running = Assignment.objects.filter(
        agency__in=agencies, agency__status="verified", status=A.ACCEPTED, need__status__in=ON_THE_DESK
    )
    return Q(pk__in=running.values("need"))


def with_assignments() -> Prefetch:
    """For lists of needs: `need.handed` holds what is offered or under way."""
    rows = Assignment.objects.filter(status__in=LIVE).select_related("agency", "officer")
    return Prefetch("assignments", rows, to_attr="handed")


def assignments_of(need: Need, user: Any) -> list[Assignment]:
    """Those of a need this reader may know of, newest first, each with its log."""
    rows = Assignment.objects.visible_to(user).filter(need=need)
    log = Prefetch("entries", Entry.objects.select_related("written_by"))
    return list(rows.select_related("agency", "officer", "given_by", "taken_by").prefetch_related(log))


def officers() -> Any:
    return office(Role.OFFICER).order_by("name_sort", "pk")


def diagnosis_of(need: Need) -> Assignment | None:
    """The diagnosis that is offered or under way, if any."""
    rows = need.assignments.filter(duty=Duty.DIAGNOSIS, status__in=LIVE)
    return rows.select_related("agency", "officer").first()
