"""The one page behind every lifecycle button: it asks what the move asks, says what it means, and performs it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from web.access import signed_in
from workflow.actions import perform
from workflow.machine import Invalid, Machine, Refused, Stale
from workflow.queries import standing
from workflow.registry import get_machine

# What a move shows beside its form: a template that reads `obj` and `form`.
BESIDE = {
    ("need", "submit"): "needs/similar_submit.html",
    ("partnership", "consent"): "partners/terms.html",
    ("proposal", "submit"): "proposals/at_a_glance.html",
    ("proposal", "replace"): "proposals/at_a_glance.html",
    ("participant", "confirm"): "proposals/own_part.html",
    ("vetting", "supplement"): "proposals/asked_for.html",
    ("vetting", "object"): "proposals/ruled_on.html",
    ("vetting", "overturn"): "proposals/ruled_on.html",
    ("vetting", "uphold"): "proposals/ruled_on.html",
    ("consultation", "agree"): "changes/consulted.html",
    ("consultation", "object"): "changes/consulted.html",
    ("decision", "approve"): "decisions/to_tell.html",
    ("decision", "publish"): "decisions/to_tell.html",
}
# What is said once it is done, where the name of the new state would not be enough: a template that reads `obj`.
SAID = {("proposal", "submit"): "proposals/received.html", ("proposal", "replace"): "proposals/received.html"}
DEADLOCK = "40P01"


def load(request: HttpRequest, noun: str, pk: UUID) -> tuple[Machine, Any]:
    """The object through the viewer's eyes: what he may not see does not exist."""
    try:
        machine = get_machine(noun)
    except KeyError:
        raise Http404 from None
    return machine, get_object_or_404(machine.model._default_manager.visible_to(request.user), pk=pk)  # type: ignore[attr-defined]


@signed_in
@require_safe
def go(request: HttpRequest, noun: str, pk: UUID) -> HttpResponse:
    """The object's own page: to-do lists and mails know only noun and id."""
    return redirect(load(request, noun, pk)[1])


@signed_in
def move(request: HttpRequest, noun: str, pk: UUID, name: str) -> HttpResponse:
    machine, obj = load(request, noun, pk)
    transition = machine.by_name.get(name)
    if transition is None or transition.driven or transition.auto is not None:
        raise Http404
    if request.method == "POST":
        return _perform(request, machine, obj, name)
    if not transition.allow(request.user, obj):
        raise PermissionDenied(_("您不能办理“%(move)s”。") % {"move": transition.label})
    if obj.status not in transition.source:
        messages.warning(request, _("这一步已经办过了，下面是最新状态。"))
        return redirect(obj)
    return _ask(request, machine, obj, name)


def _perform(request: HttpRequest, machine: Machine, obj: Any, name: str) -> HttpResponse:
    try:
        _twice_on_deadlock(obj, name, request)
    except Invalid as invalid:
        return _ask(request, machine, obj, name, form=invalid.form, status=422)
    except Stale as stale:
        messages.warning(request, str(stale))
    except Refused as refused:
        return _ask(request, machine, obj, name, refusal=str(refused), status=409)
    else:
        messages.success(request, _said(machine, obj, name))
    return redirect(obj)


def _said(machine: Machine, obj: Any, name: str) -> str:
    if template := SAID.get((machine.noun, name)):
        return render_to_string(template, {"obj": obj})
    label = machine.by_name[name].label
    if label == obj.get_status_display():
        return _("已办理：%(state)s。") % {"state": label}
    return _("“%(move)s”已办理，现在是“%(state)s”。") % {"move": label, "state": obj.get_status_display()}


def _twice_on_deadlock(obj: Any, name: str, request: HttpRequest) -> None:
    """PostgreSQL ends one of two transactions that wait for each other; the one it ends simply tries again."""
    try:
        perform(obj, name, by=request.user, data=request.POST, files=request.FILES)
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != DEADLOCK:
            raise
        perform(obj, name, by=request.user, data=request.POST, files=request.FILES)


def _ask(
    request: HttpRequest,
    machine: Machine,
    obj: Any,
    name: str,
    *,
    form: Any = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    transition = machine.by_name[name]
    if form is None and transition.asks:
        form = transition.asks(request.POST or None, request.FILES or None)
        if hasattr(form, "for_object"):
            form.for_object(obj, request.user)
    context = {
        "machine": machine,
        "obj": obj,
        "move": transition,
        "form": form,
        "beside": BESIDE.get((machine.noun, name), ""),
        "refusal": refusal or str(transition.why_not(obj, request.user)),
        "standing": standing(obj),
        "variant": "danger" if transition.style == "danger" else "primary",
    }
    return render(request, "moves/move.html", context, status=status)
