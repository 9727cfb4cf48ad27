"""The zone's desk for organisations, and the security administrator's for appointments."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Prefetch, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.appointments import appoint, end
from accounts.models import Appointment, Organisation, User
from accounts.roles import Role
from core import workdays
from core.search import asked
from web.access import staff
from web.office.desk import with_lamps
from workflow.machine import Refused


class OrganisationFilter(forms.Form):
    status = forms.ChoiceField(label=_("状态"), required=False, choices=[("", _("全部")), *Organisation.Status.choices])
    kind = forms.ChoiceField(label=_("类型"), required=False, choices=[("", _("全部")), *Organisation.Kind.choices])


@staff()
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation, those that wait for the zone first, the longest waiting on top."""
    form = OrganisationFilter(request.GET)
    form.is_valid()
    rows = _filtered(form.cleaned_data, asked(request.GET.get("q")), request.user)
    page = Paginator(rows, 30).get_page(request.GET.get("page"))
    waiting = Organisation.objects.filter(status=Organisation.Status.SUBMITTED).count()
    return render(
        request,
        "office/organisations.html",
        {"form": form, "page": page, "rows": with_lamps(page, workdays.now()), "waiting": waiting},
    )


def _filtered(wanted: dict[str, str], words: str, user: Any) -> QuerySet[Organisation]:
    rows = Organisation.objects.visible_to(user)
    for field in ("status", "kind"):
        if wanted.get(field):
            rows = rows.filter(**{field: wanted[field]})
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(uscc__istartswith=words))
    waiting_first = Case(When(status=Organisation.Status.SUBMITTED, then=0), default=1)
    return rows.order_by(waiting_first, "due_at", "name_sort", "id")


class AppointForm(forms.Form):
    person = forms.ModelChoiceField(
        label=_("人员"),
        queryset=User.objects.none(),
        help_text=_("管委会的人员。名单里没有的，先由管委会管理员邀请加入。"),
        empty_label=_("请选择"),
        error_messages={"required": _("请选择人员。"), "invalid_choice": _("请从名单中选择人员。")},
    )
    role = forms.ChoiceField(
        label=_("角色"),
        choices=[("", _("请选择")), *Role.choices],
        error_messages={"required": _("请选择角色。"), "invalid_choice": _("请从列出的角色中选择。")},
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = _people_of_the_zone().exclude(pk=by.pk)  # type: ignore[attr-defined]


def _people_of_the_zone() -> QuerySet[User]:
    return User.objects.filter(
        is_active=True, memberships__left_at=None, memberships__organisation__kind=Organisation.Kind.ZONE
    ).distinct()


@staff(Role.SECADMIN)
def zone_staff(request: HttpRequest) -> HttpResponse:
    """Who holds which role, since when; appoint one more. Nobody finds himself in the list to appoint."""
    form = AppointForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        person, role = form.cleaned_data["person"], form.cleaned_data["role"]
        try:
            appoint(user=person, role=role, by=request.user)
        except Refused as refused:
            form.add_error("role", str(refused))
        else:
            messages.success(
                request, _t("已任命%(name)s为%(role)s。") % {"name": person.name, "role": Role(role).label}
            )
            return redirect("office_staff")
    held = Appointment.objects.filter(until=None).order_by("since")
    context = {
        "form": form,
        "people": _people_of_the_zone().prefetch_related(Prefetch("appointments", held, "held")).order_by("name_sort"),
        "ended": Appointment.objects.exclude(until=None).select_related("user", "ended_by").order_by("-until")[:20],
    }
    return render(request, "office/staff.html", context, status=422 if form.errors else 200)


@staff(Role.SECADMIN)
@require_POST
def appointment_end(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Appointment.objects.select_related("user"), pk=pk)
    try:
        end(found, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(
            request, _t("已免去%(name)s的%(role)s。") % {"name": found.user.name, "role": found.get_role_display()}
        )
    return redirect("office_staff")
