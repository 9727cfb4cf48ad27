"""A team's own pages: who we are, who works with us, who leads."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.fields import LineField, TextField
from accounts.models import Organisation, User
from accounts.queries import members
from needs.codes import Field
from teams import actions
from teams.models import Team, TeamMember
from teams.rules import in_team, runs
from web.access import signed_in
from workflow.machine import Refused


class TeamForm(forms.Form):
    name = LineField(most=120, label=_("团队名称"), help_text=_("例如：弹性体防护材料课题组。"))
    field8 = forms.MultipleChoiceField(
        label=_("技术领域"),
        choices=Field.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("请从列出的技术领域中选择。")},
    )
    keywords = LineField(
        most=400, required=False, label=_("关键词"), help_text=_("用顿号或逗号隔开，例如：聚脲、抗爆、涂层。")
    )
    intro = TextField(
        most=2000, required=False, rows=6, label=_("团队简介"), help_text=_("做过什么、有哪些成果和条件。")
    )

    basis = TextField(
        most=2000, required=False, rows=6, label=_("研究基础"),
        help_text=_("论文、专利、项目、设备等。写方案时可以直接带入，只有团队和本单位管理员、管委会能看。"),
    )  # fmt: skip

    def clean_keywords(self) -> list[str]:
        words = self.cleaned_data["keywords"]
        for mark in "，,；;":
            words = words.replace(mark, "、")
        found = list(dict.fromkeys(word.strip() for word in words.split("、") if word.strip()))
        if long := [word for word in found if len(word) > 40]:
            raise forms.ValidationError(_t("“%(word)s…”太长，每个关键词最多 40 个字。") % {"word": long[0][:10]})
        if len(found) > 20:
            raise forms.ValidationError(_t("关键词最多 20 个，现在有 %(count)s 个。") % {"count": len(found)})
        return found


class NewTeamForm(TeamForm):
    organisation = forms.ModelChoiceField(
        label=_("所属单位"),
        queryset=Organisation.objects.none(),
        empty_label=None,
        error_messages={"required": _("请选择所属单位。"), "invalid_choice": _("请选择您所在的、已核验的单位。")},
    )
    field_order = ["organisation", "name"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = by.organisations().filter(status=Organisation.Status.VERIFIED).exclude(kind=Organisation.Kind.ZONE)
        self.fields["organisation"].queryset = own  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """One more colleague."""

    person = forms.ModelChoiceField(
        label=_("姓名"),
        queryset=User.objects.none(),
        empty_label=None,
        error_messages={
            "required": _("请从本单位成员中选择要加入的人。"),
            "invalid_choice": _("请从本单位成员中选择要加入的人。"),
        },
    )
    role_in_team = LineField(most=60, required=False, label=_("分工"), help_text=_("例如：配方与小试。"))

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = team.people().values("user_id")
        self.fields["person"].queryset = members(team.organisation).exclude(pk__in=here).order_by("name_sort")  # type: ignore[attr-defined]


def _load(request: HttpRequest, pk: UUID) -> Team:
    return get_object_or_404(Team.objects.visible_to(request.user).select_related("organisation", "leader"), pk=pk)


@signed_in
@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    mine = Team.objects.of(user).select_related("organisation", "leader")
    around = Team.objects.visible_to(user).exclude(pk__in=mine).select_related("organisation", "leader")
    able = (
        user.organisations().filter(status=Organisation.Status.VERIFIED).exclude(kind=Organisation.Kind.ZONE).exists()
    )
    return render(request, "teams/teams.html", {"mine": mine, "around": around[:100], "able": able})


@signed_in
def team_new(request: HttpRequest) -> HttpResponse:
    form = NewTeamForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_team(by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _t("团队已建立。现在可以把同事加进来。"))
            return redirect(made)
    return render(request, "teams/team_new.html", {"form": form}, status=422 if form.errors else 200)


@signed_in
@require_safe
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _page(request, _load(request, pk))


def _page(request: HttpRequest, found: Team, *, form: MemberForm | None = None) -> HttpResponse:
    """`form` is the one that has to be filled in again."""
    places = list(found.people())
    here = {place.user_id for place in places}
    may = runs(request.user, found)
    context = {
        "team": found,
        "places": places,
        "runs": may,
        "inside": request.user.pk in here,
        "form": form or MemberForm(team=found),
        "fields": [label for key, label in Field.choices if key in found.field8],
    }
    return render(request, "teams/team.html", context, status=422 if form else 200)


@signed_in
def team_edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _load(request, pk)
    if not runs(request.user, found):
        raise PermissionDenied(_t("只有团队负责人或单位管理员可以修改。"))
    initial = {name: getattr(found, name) for name in ("name", "intro", "basis", "field8")}
    initial["keywords"] = "、".join(found.keywords)
    form = TeamForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_team(found, by=request.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _t("团队资料已保存。"))
            return redirect(found)
    return render(request, "teams/team_edit.html", {"form": form, "team": found}, status=422 if form.errors else 200)


@signed_in
@require_POST
def team_add(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = _load(request, pk)
    if not runs(request.user, found):
        raise PermissionDenied(_t("只有团队负责人或单位管理员可以加人。"))
    form = MemberForm(request.POST, team=found)
    if not form.is_valid():
        return _page(request, found, form=form)
    person, role = form.cleaned_data["person"], form.cleaned_data["role_in_team"]
    try:
        actions.add_member(found, user=person, role_in_team=role, by=request.user)
    except Refused as refused:
        form.add_error("person", str(refused))
        return _page(request, found, form=form)
    messages.success(request, _t("%(name)s已加入团队。") % {"name": person.name})
    return redirect(found)


@signed_in
@require_POST
def team_member(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One button each: out of the team, or the lead handed over."""
    seen = Team.objects.visible_to(request.user)
    place = get_object_or_404(TeamMember.objects.now().select_related("team", "user").filter(team__in=seen), pk=pk)
    try:
        match request.POST.get("do"):
            case "remove":
                actions.remove_member(place, by=request.user)
                messages.success(request, _t("%(name)s已离开团队。") % {"name": place.user.name})
            case "lead":
                actions.hand_over(place.team, to=place.user, by=request.user)
                messages.success(request, _t("负责人已移交给%(name)s。") % {"name": place.user.name})
            case _other:
                raise Http404
    except Refused as refused:
        messages.error(request, str(refused))
    visible = (
        in_team(request.user, place.team) or Team.objects.visible_to(request.user).filter(pk=place.team_id).exists()
    )
    return redirect(place.team if visible else "team_members")
