"""An organisation's pages: what it is and where it stands, its people, who was invited and who asks to join."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import actions, invitations
from accounts.models import Invitation, JoinRequest, Membership, Organisation
from accounts.rules import manages
from core import clock
from core.files import FileRefused, files_of
from web.access import public, signed_in
from web.account.organisation_forms import DecisionForm, EvidenceForm, InvitationForm, OrganisationForm
from workflow.machine import Refused


def _load(request: HttpRequest, pk: UUID) -> Organisation:
    return get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)


def _managed(request: HttpRequest, pk: UUID) -> Organisation:
    organisation = _load(request, pk)
    if not manages(request.user, organisation):
        raise PermissionDenied(_("只有单位管理员可以办理。"))
    return organisation


@signed_in
@require_safe
def organisation(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _load(request, pk))


def _page(request: HttpRequest, found: Organisation, *, form: EvidenceForm | None = None) -> HttpResponse:
    context = {
        "organisation": found,
        "manages": manages(request.user, found),
        "members": found.members(),
        "files": files_of(found, "evidence"),
        "asking": found.join_requests.filter(decided_at=None).count() if manages(request.user, found) else 0,
        "same_code": Organisation.objects.visible_to(request.user).filter(uscc=found.uscc).exclude(pk=found.pk),
        "evidence": form or EvidenceForm(),
    }
    return render(request, "account/organisation.html", context, status=422 if form else 200)


@signed_in
def organisation_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _managed(request, pk)
    form = OrganisationForm(request.POST or None, organisation=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_organisation(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("单位资料已保存。"))
            return redirect(found)
    context = {"organisation": found, "form": form}
    return render(request, "account/organisation_edit.html", context, status=422 if form.errors else 200)


@signed_in
@require_POST
def evidence(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _managed(request, pk)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            actions.add_evidence(found, upload=form.cleaned_data["file"], by=request.user)
        except (FileRefused, Refused) as refused:
            form.add_error("file", str(refused))
        else:
            messages.success(request, _("证明材料已上传。"))
            return redirect(found)
    return _page(request, found, form=form)


@signed_in
def members(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Who belongs here, who is invited, who asks; with the form to invite one more."""
    found = _managed(request, pk)
    sent = None
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            sent = invitations.invite(organisation=found, role=form.cleaned_data["role"], by=request.user, **form.to())
        except Refused as refused:
            form.add_error("address", str(refused))
        else:
            form = InvitationForm()
    link = request.build_absolute_uri(_path(sent)) if sent else ""
    return _people(request, found, form, sent=sent, link=link)


def _people(
    request: HttpRequest, found: Organisation, form: InvitationForm, *, wrong: DecisionForm | None = None, **more: Any
) -> HttpResponse:
    """`wrong` is the answer to a request to join that has to be written again."""
    asking = found.join_requests.filter(decided_at=None).select_related("user")
    context = {
        "organisation": found,
        "form": form,
        "members": found.members(),
        "invited": _open(found),
        "asking": [(asked, wrong if wrong and wrong.to == asked else DecisionForm(to=asked)) for asked in asking],
        "wrong": wrong,
        **more,
    }
    return render(request, "account/members.html", context, status=422 if form.errors or wrong else 200)


def _open(found: Organisation) -> QuerySet[Invitation]:
    return found.invitations.filter(accepted_at=None, revoked_at=None, expires_at__gt=clock.now())


def _path(invitation: Invitation) -> str:
    return reverse("invitation", args=[invitations.token_of(invitation)])


@signed_in
@require_POST
def membership(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One button each: another role, out, or goodbye."""
    found = get_object_or_404(
        Membership.objects.filter(left_at=None, organisation__in=request.user.positions).select_related("organisation"),
        pk=pk,
    )
    try:
        match request.POST.get("do"):
            case "manager" | "member" as role:
                actions.change_role(found, role=role, by=request.user)
                messages.success(request, _("身份已更改。"))
            case "remove":
                actions.remove(found, by=request.user)
                messages.success(request, _("%(name)s已移出单位，对方的权限已停止。") % {"name": found.user.name})
            case "leave":
                actions.leave(found, by=request.user)
                messages.success(request, _("您已离开“%(name)s”。") % {"name": found.organisation.name})
                return redirect("account")
            case _other:
                raise Http404
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(
        "organisation_members" if manages(request.user, found.organisation) else "organisation", found.organisation_id
    )


@signed_in
@require_POST
def join_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    asked: Any = get_object_or_404(JoinRequest.objects.filter(organisation__in=request.user.positions), pk=pk)
    found = _managed(request, asked.organisation_id)
    form = DecisionForm(request.POST, to=asked)
    if form.is_valid():
        try:
            actions.decide_join(asked, **form.answer, by=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("已办理，结果已通知对方。"))
        return redirect("organisation_members", found.pk)
    return _people(request, found, InvitationForm(), wrong=form)


@signed_in
@require_POST
def invitation_revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Invitation.objects.filter(organisation__in=request.user.positions), pk=pk)
    try:
        invitations.revoke(found, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("邀请已撤回，链接不再有效。"))
    return redirect("organisation_members", found.organisation_id)


@public
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing: mail scanners follow links. Only the button accepts."""
    found = invitations.find(token)
    if found is None:
        raise Http404
    user: Any = request.user
    reason = invitations.why_not(found, user) if user.is_authenticated else invitations.why_closed(found)
    if request.method == "POST":
        if not user.is_authenticated:
            return redirect(f"{reverse('account_login')}?next={request.path}")
        try:
            invitations.accept(found, by=user)
        except Refused as refused:
            reason = str(refused)
        else:
            messages.success(request, _("您已加入“%(name)s”。") % {"name": found.organisation.name})
            return redirect("account")
    context = {"invitation": found, "reason": reason, "token": token, "masked": invitations.masked(found)}
    return render(
        request, "account/invitation.html", context, status=409 if reason and request.method == "POST" else 200
    )
