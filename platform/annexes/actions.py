"""Verbs on annexes: offer one, ask for it, accept the agreement, and write down every read."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.rules import belongs
from annexes import rules
from annexes.models import Acceptance, Agreement, AnnexRequest, Read, Terms
from annexes.queries import agreement_in_force, fingerprint, has_accepted, has_annex, next_version
from annexes.states import ENDED, LIVE, Standing, What
from audit.actions import record
from audit.labels import name_actions
from core.models import StoredFile
from core.numbers import next_number
from core.personal import carries_number
from needs.models import Need
from notifications.actions import notify
from notifications.kinds import register_kind
from teams.models import Team
from teams.rules import leads
from workflow.actions import begin, perform
from workflow.machine import Refused, Stale

ASKED = register_kind("annex.ask")
RENEWED = register_kind("annex.renew")
ONCE_PER = timedelta(hours=1)  # how often one look at the same page by the same person counts
CHANGED = gettext_lazy("保密约定刚刚换了新的版本。请重新阅读后再接受。")
name_actions(
    {
        "annex.create": gettext_lazy("申请查阅保密附件"),
        "annex.accept": gettext_lazy("接受保密约定"),
        "annex.terms": gettext_lazy("设置保密附件的查阅条件"),
    }
)


@transaction.atomic
def save_terms(
    need: Need, *, offered: bool, auto_grant: bool, own_text: str, by: Any, revision: int | None = None
) -> Terms:
    """Whether and under what teams may read the annex. Empty `own_text`: the zone's agreement. Raises `Refused`."""
    need = Need.objects.select_for_update().get(pk=need.pk)
    if not belongs(by, need.organisation):
        raise PermissionDenied
    if need.status in ENDED:
        raise Refused(_("需求已经结束，查阅条件不能再改。"))
    if offered and not has_annex(need):
        raise Refused(_("还没有可以查阅的内容。请先填写非公开说明，或上传受保护附件。"))
    if carries_number(own_text):
        raise Refused(_("约定文本里有手机号或身份证号，每个申请的团队都会看到。请删去。"))
    terms = Terms.objects.filter(need=need).first() or Terms(need=need)
    if revision is not None and revision != terms.revision:
        raise Stale(_("查阅条件刚刚在别处保存过。请核对后再保存一次，您写的内容还在本页。"))
    before = agreement_in_force(need).sha256
    terms.offered, terms.auto_grant = offered, auto_grant
    terms.own = _version(need, own_text, by=by) if own_text else None
    terms.revision += 1
    terms.save()
    now = agreement_in_force(need)
    detail = {"offered": offered, "auto_grant": auto_grant, "agreement": now.sha256}
    event = record("annex.terms", subject=need, stream=need.audit_stream, by=by, detail=detail)
    if now.sha256 != before:
        for request in AnnexRequest.objects.filter(need=need, status__in=LIVE):
            notify(set(rules.binders(request)), kind=RENEWED, subject=request, key=str(event.pk) + str(request.pk))
    return terms


def _version(need: Need | None, text: str, *, by: Any) -> Agreement:
    """The row of this text: an earlier one where the same words were in force before."""
    new = {"number": next_version(need), "text": text, "made_by": by}
    return Agreement.objects.get_or_create(need=need, sha256=fingerprint(text), defaults=new)[0]


@transaction.atomic
def ask(need: Need, *, team: Team, purpose: str, sha256: str, by: Any) -> AnnexRequest:
    """A team asks, and its organisation is bound by the agreement whose fingerprint is `sha256`. Raises `Refused`."""
    need = Need.objects.select_for_update().get(pk=need.pk)
    if not rules.may_commit(by, team):
        raise PermissionDenied
    if reason := rules.may_be_asked_for(need) or rules.team_may_ask(need, team):
        raise Refused(str(reason))
    request = AnnexRequest(need=need, team=team, organisation=team.organisation, purpose=purpose, created_by=by)
    begin(request, by=by)
    accept(request, sha256=sha256, by=by)
    automatic = need.annex_terms.auto_grant
    notify(
        set(rules.owners(request)) - {by}, kind=ASKED, subject=request, key=f"annex.ask:{request.pk}",
        context={"auto": automatic, "due": request.due_at.isoformat() if request.due_at else ""},
    )  # fmt: skip
    if automatic:
        perform(request, "grant", by=None, driven=True)
    return request


@transaction.atomic
def accept(request: AnnexRequest, *, sha256: str, by: Any) -> Acceptance:
    """The organisation accepts the agreement in force, as it was shown. Twice is once. Raises `Refused`."""
    if not rules.may_commit(by, request.team):
        raise PermissionDenied
    need = Need.objects.select_for_update().get(pk=request.need_id)
    shown = agreement_in_force(need)
    if shown.sha256 != sha256:
        raise Refused(str(CHANGED))
    if shown._state.adding:
        shown = _version(None, shown.text, by=None)
    held = Acceptance.objects.filter(need=need, organisation=request.organisation, agreement=shown).first()
    if held:
        return held
    standing = Standing.LEADER if leads(by, request.team) else Standing.MANAGER
    made = Acceptance.objects.create(
        need=need, organisation=request.organisation, agreement=shown, accepted_by=by, standing=standing
    )
    detail = {"agreement": sha256, "version": shown.number, "standing": standing}
    record("annex.accept", subject=request, stream=request.audit_stream, by=by, detail=detail)
    return made


@transaction.atomic
def note_read(
    request: AnnexRequest,
    *,
    what: What,
    by: Any,
    file: StoredFile | None = None,
    is_marked: bool = False,
    number: int | None = None,
) -> Read:
    """One read by a member of a granted team, written before anything is shown. Else `PermissionDenied`, and no row."""
    request = _readable(request, by)
    return _write(
        request.need,
        what=what,
        by=by,
        request=request,
        organisation=request.organisation,
        file=file,
        is_marked=is_marked,
        number=number,
    )


@transaction.atomic
def number_read(request: AnnexRequest, *, by: Any) -> int:
    """The number a watermark shows: taken first, so that nobody else waits while a long file is being stamped."""
    return _next(_readable(request, by).need)


def _readable(request: AnnexRequest, by: Any) -> AnnexRequest:
    request = AnnexRequest.objects.select_related("need", "organisation", "team").get(pk=request.pk)
    if not rules.may_read(by, request) or not has_accepted(request, agreement_in_force(request.need)):
        raise PermissionDenied
    return request


@transaction.atomic
def note_look(need: Need, *, by: Any, file: StoredFile | None = None) -> Read | None:
    """The zone, or whoever else was let into the case, read the protected part. The enterprise's own do not count."""
    if not by.is_authenticated or need.organisation_id in by.positions:
        return None
    what = What.FILE if file else What.CASE
    again = Read.objects.filter(need=need, reader=by, what=what, created_at__gt=Now() - ONCE_PER)
    if file is None and again.exists():
        return None
    organisation = None if by.is_zone_staff else by.organisations().first()
    return _write(need, what=what, by=by, organisation=organisation, file=file)


def _write(need: Need, *, by: Any, file: StoredFile | None, number: int | None = None, **facts: Any) -> Read:
    named = {"file_name": file.name, "file_sha256": file.sha256} if file else {}
    return Read.objects.create(need=need, number=number or _next(need), reader=by, **named, **facts)


def _next(need: Need) -> int:
    return next_number(f"annex-read:{need.pk}")
