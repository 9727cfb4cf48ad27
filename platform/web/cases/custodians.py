"""密钥保管: who keeps the shares of a listing's key, and what a custodian does with his."""

import hashlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.queries import office
from accounts.roles import OPERATING, Role
from core.sealing import canonical, opener_recipient
from custody import holding, rules
from custody.dealing import name_custodian
from custody.models import Custodian
from custody.states import C, Seat
from needs.keeping import is_dealt
from needs.models import Need
from web.access import public, signed_in, staff
from web.drafts import Line
from workflow.machine import Refused, Stale

TOOL = settings.ROOT / "tools/custodian.py"
QUIET = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false", "class": "mono"}
HOW: dict[str, tuple[str, Callable[..., Any]]] = {  # button → what it reads, what it does
    "register": ("recipient", holding.register),
    "prove": ("key", holding.prove_by_key),
    "answer": ("answer", holding.prove_by_answer),
    "bring": ("key", holding.bring_by_key),
    "parcel": ("parcel", holding.bring_by_text),
}
KEY_HELP = gettext_lazy("照纸上抄，AGE-SECRET-KEY-1 开头；空格、短横和大小写都不影响。平台用完即弃，不保存。")


class HoldingForm(forms.Form):
    """One of these fields at a time: which one is said by the button."""

    recipient = forms.CharField(
        label=gettext_lazy("您的公钥"), max_length=200, widget=forms.TextInput(attrs=QUIET),
        help_text=gettext_lazy("以 age1 开头，62 个字符。私钥留在您自己的机器或纸上，不要填到这里。"),
    )  # fmt: skip
    key = forms.CharField(
        label=gettext_lazy("保管钥匙"), max_length=400, widget=forms.TextInput(attrs=QUIET), help_text=KEY_HELP
    )
    answer = forms.CharField(
        label=gettext_lazy("答案"), max_length=200, widget=forms.TextInput(attrs=QUIET),
        help_text=gettext_lazy("离线工具 custodian.py prove 给出的 64 个字符。"),
    )  # fmt: skip
    parcel = forms.CharField(
        label=gettext_lazy("交出的文字"), max_length=holding.LONGEST, widget=forms.Textarea(attrs={**QUIET, "rows": 5}),
        help_text=gettext_lazy("离线工具 custodian.py bring 给出的一整段文字。"),
    )  # fmt: skip
    use_required_attribute = False

    def __init__(self, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        for other in [one for one in fields if one != name]:
            del fields[other]
        fields[name].error_messages["required"] = _("请填写。")
        self.auto_id = f"id_{kwargs.get('prefix') or ''}%s"


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    rows = Custodian.objects.filter(person=request.user).exclude(status=C.REPLACED).select_related("need__organisation")
    return render(request, "custody/mine.html", {"rows": rows.order_by("-created_at")[:100]})


@signed_in
def custodian(request: HttpRequest, pk: UUID) -> HttpResponse:
    row = _of(request, pk)
    if request.method == "POST":
        return _do(request, row, str(request.POST.get("do", "")))
    return _page(request, row)


@signed_in
@require_safe
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the offline tool works on: for the custodian alone."""
    row = get_object_or_404(Custodian.objects.filter(person=request.user).select_related("need"), pk=pk)
    told = holding.paper(row)
    head = {"Content-Disposition": content_disposition_header(True, _paper_name(row, told))}
    return JsonResponse(told, headers=head, json_dumps_params={"ensure_ascii": False, "indent": 1})


def _paper_name(row: Custodian, told: dict[str, Any]) -> str:
    """Another name for whatever is another file: a browser would number it, and the old one be run."""
    mark = hashlib.sha256(canonical(told)).hexdigest()[:6]
    return f"custodian-{row.need.number or row.pk.hex[:8]}-{row.seat}-{mark}.json"


@public
@require_safe
def tool(request: HttpRequest) -> FileResponse:
    """What works on the paper: stand-alone, to be read before it is run, on whatever machine."""
    return FileResponse(TOOL.open("rb"), as_attachment=True, content_type="text/x-python; charset=utf-8")


def _of(request: HttpRequest, pk: UUID) -> Custodian:
    rows = Custodian.objects.visible_to(request.user).select_related(
        "need__organisation", "need__batch", "person", "reported_by"
    )
    return get_object_or_404(rows, pk=pk)


def _do(request: HttpRequest, row: Custodian, do: str) -> HttpResponse:
    if not rules.is_custodian(request.user, row):
        raise PermissionDenied(_("只有保管人本人可以办理。"))
    if do == "take":
        return _take(request, row)
    if do not in HOW:
        return _page(request, row, status=422)
    name, act = HOW[do]
    form = HoldingForm(name, request.POST, prefix=do)
    if form.is_valid():
        try:
            act(row, form.cleaned_data[name], by=request.user)
        except Stale as stale:
            messages.warning(request, str(stale))
            return redirect(row)
        except Refused as refused:
            form.add_error(name, str(refused))
        else:
            messages.success(request, _("“%(seat)s”的份额：%(state)s。") % _said(row))
            return redirect(row)
    return _page(request, row, forms_={do: form}, status=422)


def _said(row: Custodian) -> dict[str, str]:
    return {"seat": str(row.get_seat_display()), "state": str(row.get_status_display())}


def _take(request: HttpRequest, row: Custodian) -> HttpResponse:
    """Shown in this one answer and never again: nothing here knows the key a moment later."""
    try:
        key = holding.issue(row, by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect(row)
    groups = [key[:16], *(key[i : i + 6] for i in range(16, len(key), 6))]
    context = {"row": row, "need": row.need, "groups": groups, "opener": opener_recipient()}
    return render(request, "custody/key.html", context)


def _page(
    request: HttpRequest, row: Custodian, *, forms_: dict[str, HoldingForm] | None = None, status: int = 200
) -> HttpResponse:
    own = rules.is_custodian(request.user, row)
    held = {do: HoldingForm(name, prefix=do) for do, (name, _act) in HOW.items()} if own else {}
    context = {
        "row": row,
        "need": row.need,
        "own": own,
        "mine": _waits_for(row, request.user, own),
        "forms": {**held, **(forms_ or {})},
        "staff": request.user.has_role(*OPERATING),
        "wrong": next(iter(forms_ or {}), ""),
        "all": list(
            Custodian.objects.filter(need=row.need, round=row.round).exclude(status=C.REPLACED).select_related("person")
        ),
        "left": rules.left(row.need),
        "paper": _paper_name(row, holding.paper(row)) if own else "",
    }
    return render(request, "custody/custodian.html", context, status=status)


def _waits_for(row: Custodian, user: Any, own: bool) -> bool | None:
    if row.status == C.REPORTED:
        second = rules.may_report(user, row) and not rules.why_not_attest(row, user)
        return True if second or (own and row.is_called) else None
    return own if row.status in (C.NAMED, C.KEYED, C.CALLED) else None


# ── who they are ────────────────────────────────────────────────────────────────
class NamingForm(forms.Form):
    """The seats that are vacant. Who sits already is not asked for again."""

    leader = forms.ModelChoiceField(label=Seat.LEADER.label, queryset=User.objects.none(), required=False)
    inspector = forms.ModelChoiceField(label=Seat.INSPECTOR.label, queryset=User.objects.none(), required=False)
    outside = Line(
        label=Seat.OUTSIDE.label,
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "填登录邮箱。须是已核验服务机构（如公证处）的成员，不属于发榜方，也没有经手过本项需求。"
        ),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, need: Need, taken: set[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.need = need
        fields: Any = self.fields
        fields["leader"].queryset, fields["inspector"].queryset = office(Role.LEADER), office(Role.INSPECTOR)
        for name, seat in SEATS.items():
            if seat in taken:
                del fields[name]

    def clean_outside(self) -> User | None:
        address = self.cleaned_data["outside"]
        person = User.objects.filter(email=address.lower()).first() if address else None
        if address and person is None:
            raise forms.ValidationError(_("没有用这个邮箱登录的人，请核对。"))
        return person

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, seat in SEATS.items():
            if (person := data.get(name)) and (reason := rules.why_not_sit(self.need, seat, person)):
                self.add_error(name, str(reason))
        if not self.errors and not any(data.values()):
            raise forms.ValidationError(_("请至少指定一人。"))
        return data


SEATS = {"leader": Seat.LEADER, "inspector": Seat.INSPECTOR, "outside": Seat.OUTSIDE}


@staff(*OPERATING)
def need_custodians(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = get_object_or_404(Need.objects.visible_to(request.user).select_related("batch", "organisation"), pk=pk)
    sitting = list(Custodian.objects.of(need).select_related("person"))
    may = rules.may_name(request.user, need)
    if request.method == "POST" and not may:
        raise PermissionDenied(_("保管人由审核或领导指定。"))
    why_not = str(rules.why_not_name(need))
    form = NamingForm(
        request.POST if request.method == "POST" else None, need=need, taken={row.seat for row in sitting}
    )
    if request.method == "POST" and not why_not and form.is_valid():
        try:
            _name(need, form.cleaned_data, request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已指定，并通知本人领取保管钥匙。"))
            return redirect("need_custodians", pk=pk)
    context = {
        "need": need,
        "sitting": sitting,
        "form": form if may and not why_not and form.fields else None,
        "why_not": why_not,
        "is_dealt": is_dealt(need),
        "ready": not rules.why_not_dealt(need),
        "mine": may and not why_not and bool(rules.why_not_dealt(need)),
    }
    failed = request.method == "POST"
    return render(request, "custody/need.html", context, status=(409 if why_not else 422) if failed else 200)


@transaction.atomic
def _name(need: Need, chosen: dict[str, Any], by: Any) -> None:
    for name, person in chosen.items():
        if person is not None and person != "":
            name_custodian(need, seat=SEATS[name], person=person, by=by)
