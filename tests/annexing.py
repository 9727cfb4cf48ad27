"""The protected annex in the random walks: who offers, asks, accepts and reads, and what must hold at every read."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

import annex_world
from annexes.actions import accept, ask, note_read, save_terms
from annexes.models import Acceptance, AnnexRequest, Read
from annexes.queries import agreement_in_force
from annexes.states import ENDED, LIVE, What
from audit.models import Event
from needs.models import Need
from teams.models import Team, TeamMember


def offer(need: Need, *, auto: bool, own: bool, by: Any) -> None:
    """Under the zone's agreement or the enterprise's own; changing it makes everybody accept anew."""
    save_terms(need, offered=True, auto_grant=auto, own_text=annex_world.OWN if own else "", by=by)


def ask_or_accept(need: Need, team: Team, *, fresh: bool, by: Any) -> None:
    """A team asks; where it has asked, it accepts what is in force. Not `fresh`: what it accepts is another text."""
    sha = agreement_in_force(need).sha256 if fresh else "0" * 64
    held = need.annex_requests.filter(team=team, status__in=LIVE).first()
    if held:
        accept(held, sha256=sha, by=by)
    else:
        ask(need, team=team, purpose=annex_world.PURPOSE, sha256=sha, by=by)


def read(request: AnnexRequest, *, by: Any) -> int:
    """Tries to read. 1 where it was let: then everything it takes was there, and one row says so."""
    allowed, before = _may(request, by), Read.objects.filter(need=request.need_id).count()
    try:
        with transaction.atomic():
            row = note_read(request, what=What.TEXT, by=by)
    except PermissionDenied:
        assert not allowed
        assert Read.objects.filter(need=request.need_id).count() == before
        return 0
    assert allowed
    assert Read.objects.filter(need=request.need_id).count() == before + 1
    assert (row.reader, row.request_id, row.number) == (by, request.pk, before + 1)
    return 1


def _may(request: AnnexRequest, user: Any) -> bool:
    """Said once more, from the rows alone: a grant in force, the version in force accepted, a place in the team."""
    request = AnnexRequest.objects.select_related("need__organisation", "organisation").get(pk=request.pk)
    in_force = agreement_in_force(request.need).sha256
    accepted = Acceptance.objects.filter(
        need=request.need_id, organisation=request.organisation_id, agreement__sha256=in_force
    )
    member = TeamMember.objects.now().filter(team=request.team_id, user=user)
    return bool(
        request.status == "granted" and request.need.status not in ENDED and accepted.exists() and member.exists()
    )


def a_grant_is_of_one_accepted_version(need: Need) -> None:
    """Whoever was ever let in has accepted something; who may read is asked anew at every read."""
    requests = need.annex_requests.all()
    for request in requests:
        assert Acceptance.objects.filter(need=need, organisation=request.organisation_id).exists()
        for row in request.reads.all():
            assert row.organisation_id == request.organisation_id
    numbers = list(Read.objects.filter(need=need).order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert not Event.objects.filter(stream=need.audit_stream, action="annex.accept").exists()
    live = [request.team_id for request in requests if request.status in LIVE]
    assert len(live) == len(set(live))
