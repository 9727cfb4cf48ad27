"""The person's own pages: who I am, where I belong, how I log in, what is kept about me."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.actions import ask_to_join, change_profile
from accounts.models import Organisation
from accounts.queries import everything_about
from accounts.roles import ADMINISTRATORS, CAPABILITIES, Role
from annexes.queries import everything_read
from discovery.queries import everything_watched
from questions.queries import everything_asked
from suggestions.digest import everything_matched
from web import nav
from web.access import public, signed_in
from web.account.acting import acting_organisation
from web.account.organisation_forms import JoinForm, NewOrganisationForm, ProfileForm, found_organisation
from web.context import Site
from workflow.machine import Refused


@signed_in
@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    memberships = user.memberships.filter(left_at=None).select_related("organisation")
    context = {
        "memberships": memberships.order_by("organisation__name_sort"),
        "acting": acting_organisation(request),
        "waiting": user.join_requests.filter(decided_at=None).select_related("organisation"),
        "appointments": user.appointments.filter(until=None),
        "factors": user.authenticator_set.exclude(type="recovery_codes").count(),
        "sessions": user.usersession_set.count(),
    }
    return render(request, "account/account.html", context)


@signed_in
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """After login: the desk of the portal this person usually works in; without an organisation, their account."""
    desks = [nav.href(portal.home) for portal in Site(request).own_portals if portal is not nav.PUBLIC]
    return redirect(next((desk for desk in desks if desk), "account"))


@signed_in
def profile(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = ProfileForm(request.POST or None, initial={"name": user.name})
    if request.method == "POST" and form.is_valid():
        change_profile(user, name=form.cleaned_data["name"], by=user)
        messages.success(request, _("姓名已保存。"))
        return redirect("account")
    return render(request, "account/profile.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
def join(request: HttpRequest) -> HttpResponse:
    """Ask to belong to an organisation that is already here."""
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = Organisation.objects.verified().filter(uscc=form.cleaned_data["uscc"]).first()
        if found is None:
            form.add_error("uscc", _("没有核验通过的单位使用这个代码。请核对；如果单位还没有登记，请先登记单位。"))
        else:
            try:
                ask_to_join(found, message=form.cleaned_data["message"], by=request.user)
            except Refused as refused:
                form.add_error(None, str(refused))
            else:
                messages.success(request, _("已向“%(name)s”的管理员提交申请，有结果会通知您。") % {"name": found.name})
                return redirect("account")
    return render(request, "account/join.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
def organisation_new(request: HttpRequest) -> HttpResponse:
    form = NewOrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = found_organisation(form.cleaned_data, by=request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            if isinstance(made, Organisation):
                messages.success(request, _("单位已登记并提交核验，管委会将在 3 个工作日内办理。"))
                return redirect(made)
            messages.info(request, _("该单位已在平台登记。已向它的管理员提交您的加入申请，有结果会通知您。"))
            return redirect("account")
    return render(request, "account/organisation_new.html", {"form": form}, status=422 if form.errors else 200)


@public
@require_safe
def roles(request: HttpRequest) -> HttpResponse:
    """Drawn from accounts.roles: what is not in the code is not on this page."""
    rows = [{"role": role, "can": CAPABILITIES[role], "apart": role in ADMINISTRATORS} for role in Role]
    return render(request, "account/roles.html", {"rows": rows})


@signed_in
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """Everything kept about this person, and about nobody else, as one file."""
    user: Any = request.user
    response = JsonResponse(
        {
            **everything_about(user),
            **everything_watched(user),
            **everything_asked(user),
            **everything_read(user),
            **everything_matched(user),
        },
        json_dumps_params={"ensure_ascii": False, "indent": 2},
    )
    response["Content-Disposition"] = 'attachment; filename="jiebang-personal-data.json"'
    return response
