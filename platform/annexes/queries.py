"""Reads about annexes: under what one may ask, what there is to read, and what one person has read."""

from hashlib import sha256
from typing import Any

from django.db.models import Case, Exists, QuerySet, Value, When

from accounts.roles import OPERATING
from annexes.models import Acceptance, Agreement, AnnexRequest, Read, Terms
from annexes.states import A
from core.files import files_of
from documents.kinds import Kind
from documents.queries import wording
from needs.interest import counted
from needs.models import Need

PROTECTED = "protected"


def terms_of(need: Need) -> Terms:
    """As the enterprise has set them; not offered where it has never said anything."""
    return Terms.objects.filter(need=need).select_related("own").first() or Terms(need=need)


def annex_files(need: Need) -> Any:
    return files_of(need, PROTECTED)


def has_annex(need: Need) -> bool:
    return bool(need.confidential.strip()) or annex_files(need).exists()


def fingerprint(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def agreement_in_force(need: Need) -> Agreement:
    """What has to be accepted now. The zone's text may not have a row yet: the first acceptance makes it one."""
    terms = terms_of(need)
    if terms.own is not None:
        return terms.own
    text = wording(Kind.NDA)
    held = Agreement.objects.filter(need=None, sha256=fingerprint(text)).first()
    return held or Agreement(need=None, number=next_version(None), text=text, sha256=fingerprint(text))


def next_version(need: Need | None) -> int:
    last = Agreement.objects.filter(need=need).order_by("-number").first()
    return last.number + 1 if last else 1


def _acceptances(request: AnnexRequest) -> QuerySet[Acceptance]:
    return Acceptance.objects.filter(need=request.need_id, organisation=request.organisation_id)


def acceptance_of(request: AnnexRequest) -> Acceptance | None:
    """The last agreement this organisation accepted for this need."""
    return _acceptances(request).select_related("agreement", "accepted_by").first()


def has_accepted(request: AnnexRequest, agreement: Agreement) -> bool:
    return _acceptances(request).filter(agreement__sha256=agreement.sha256).exists()


def requests_of(user: Any, need: Need) -> list[AnnexRequest]:
    """What this person's teams have asked for here, what can be read first."""
    first = Case(When(status=A.GRANTED, then=Value(0)), When(status=A.REQUESTED, then=Value(1)), default=Value(2))
    rows = AnnexRequest.objects.of_team(user).filter(need=need).order_by(first, "-created_at")
    return list(rows.select_related("need__organisation", "team__organisation", "organisation"))


def asked_for() -> Any:
    """How often a listing's annex was asked for, as an expression over needs: a signal of interest, and of no bid."""
    return counted(AnnexRequest.objects.all())


def in_brief(need: Need, user: Any) -> dict[str, Any] | None:
    """For the page of a need: may teams ask, how many wait, how often it was read. None for who sees neither."""
    if need.organisation_id not in user.positions and not user.has_role(*OPERATING):
        return None
    terms = Terms.objects.filter(need=need, offered=True)
    waiting = AnnexRequest.objects.filter(need=need, status=A.REQUESTED)
    reads = Read.objects.filter(need=need)
    found = Need.objects.filter(pk=need.pk).values_list(
        Exists(terms),
        counted(waiting),
        counted(reads),
    )
    return dict(zip(("offered", "waiting", "reads"), found.get(), strict=True))


def everything_read(user: Any) -> dict[str, Any]:
    """Beside `accounts.queries.everything_about`: what this person accepted and read."""
    accepted = Acceptance.objects.filter(accepted_by=user)
    reads = Read.objects.filter(reader=user).order_by("created_at")
    return {
        "annex_acceptances": list(accepted.values("need__number", "agreement__sha256", "standing", "created_at")),
        "annex_reads": list(reads.values("need__number", "what", "file_name", "created_at")),
    }
