"""Writing a need: the draft from its first title on, its form, its autosave. Only its enterprise comes here."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Organisation
from core.text import listed
from needs.actions import change_batch as move_to_batch
from needs.actions import save_need, start_need
from needs.additions import answers
from needs.asks import SubmitForm
from needs.extraction import Proposed
from needs.models import Batch, Need
from needs.rules import lacks_a_second_person
from web.access import signed_in
from web.drafts import NOTHING_CAME, carries_a_form, identity, note_received, version_of
from web.owners.gaps import parts
from web.owners.indicator_form import PastedForm
from web.owners.met_form import MetForm
from web.owners.need_form import StartForm
from web.owners.need_page import checklist, load, page
from web.owners.paper_form import PaperForm
from web.owners.people import enterprise_of
from web.owners.sheet import Sheet, filled, shown, with_rows_read
from web.owners.slots import both_slots
from web.steps import step_of
from workflow.machine import Refused, Stale
from workflow.registry import machine_for

TYPED_HERE = "X-Requested-With"


@signed_in
def new(request: HttpRequest) -> HttpResponse:
    """Two answers, and the draft exists: whatever happens to the browser from here on, it is kept."""
    enterprise = enterprise_of(request)
    form = StartForm(request.POST or None, batches=Batch.objects.open(), initial=_first_answers())
    met = MetForm(request.POST or None)
    if request.method == "POST" and enterprise and form.is_valid():
        need = start(request, enterprise, form.cleaned_data)
        met.thank(need, by=request.user)
        return redirect("need_edit", need.pk)
    return start_page(request, form=form, met=met, status=422 if form.errors else 200)


def _first_answers() -> dict[str, Any]:
    batches = Batch.objects.open()
    return {"key": uuid4(), "batch": batches.begun().first() or batches.first()}


def start_page(
    request: HttpRequest, *, form: Any = None, met: Any = None, paper: Any = None, status: int = 200
) -> HttpResponse:
    """Where a need begins: with a title, or with a form that was filled in on paper."""
    batches = Batch.objects.open()
    context = {
        "form": form or StartForm(batches=batches, initial=_first_answers()),
        "met": met or MetForm(),
        "paper": paper or PaperForm(batches=batches, initial=_first_answers()),
        "batches": batches,
        "enterprise": enterprise_of(request),
    }
    return render(request, "owners/need_new.html", context, status=status)


def start(request: HttpRequest, enterprise: Organisation, data: dict[str, Any]) -> Need:
    """One draft for one form: the second click finds what the first one made."""
    key = data["key"] or uuid4()
    try:
        with transaction.atomic():
            return start_need(
                id=key,
                organisation=enterprise,
                batch=data["batch"],
                by=request.user,
                title=data["title"],
                region=enterprise.region,
                contact_name=request.user.name[:40],
                contact_phone=phone_of(
                    request.user.phone, enterprise.contact_phone, _last_phone(request.user, enterprise)
                ),
            )
    except IntegrityError:
        return get_object_or_404(Need.objects.owned_by(request.user), pk=key)


def _last_phone(user: Any, enterprise: Organisation) -> str | None:
    """The number on the enterprise's last need: nobody types it a second time."""
    told = Need.objects.owned_by(user).filter(organisation=enterprise).exclude(contact_phone="")
    return told.order_by("-created_at").values_list("contact_phone", flat=True).first()


def phone_of(*known: str | None) -> str:
    """The first that can be called: who signed up with a mail address alone has no telephone number."""
    return next((number for number in known if number and "@" not in number), "")[:20]


@signed_in
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = load(request, pk)
    if not need.is_editable:
        messages.warning(request, _closed(need))
        return redirect(need)
    if request.method != "POST":
        return page(request, need, shown(need))
    if not carries_a_form(request.POST):
        return page(request, need, shown(need), refusal=NOTHING_CAME, status=409)
    if request.POST.get("then") == "read":
        return _read(request, need)
    return _keep(request, need, request.POST) or _saved(request, need)


def _keep(request: HttpRequest, need: Need, typed: Any) -> HttpResponse | None:
    """Save the draft; the page to show where that was not possible, with all that was typed."""
    try:
        _save(request, need, filled(need, typed))
    except Stale:
        current = load(request, need.pk)
        return page(request, current, filled(current, typed, version=current.revision), stale=True, status=409)
    except Refused as refused:
        return page(request, need, filled(need, typed), refusal=str(refused), status=409)
    return None


def _read(request: HttpRequest, need: Need) -> HttpResponse:
    """Rows out of a pasted text, kept with the draft for the writer to go through."""
    typed, found = with_rows_read(need, request.POST)
    if refusal := _keep(request, need, typed):
        return refusal
    note_received(request, need.pk)
    pasted = PastedForm(request.POST)
    if not pasted.is_valid():
        need = load(request, need.pk)
        return page(request, need, shown(need), pasted=pasted, step="indicators", status=422)
    messages.success(request, _what_was_read(found))
    return redirect(reverse("need_edit", args=[need.pk]) + "#part-indicators")


def _what_was_read(found: list[Proposed]) -> str:
    if not found:
        return _("这段文字里的指标都已经在表里。")
    said = _("从文字里拆出 %(n)s 项指标，已列在下面，请逐项核对。") % {"n": len(found)}
    if guesses := [row.name for row in found if row.guessed]:
        said += _("原文没有写明“不低于”还是“不高于”的，方向是推测的：%(names)s。") % {"names": "、".join(guesses)}
    return said


def _save(request: HttpRequest, need: Need, sheet: Sheet) -> None:
    save_need(need, indicators=sheet.apply(), by=request.user, revision=version_of(request.POST))


def _saved(request: HttpRequest, need: Need) -> HttpResponse:
    note_received(request, need.pk)
    need = load(request, need.pk)
    if need.typed:
        messages.warning(request, _("草稿已保存。有几处还要改，已在下面标出。"))
    elif request.POST.get("then") == "review":
        return redirect("need_review", need.pk)
    elif request.POST.get("then") == "live":
        return redirect("need_live", need.pk)
    else:
        messages.success(request, _("草稿已保存。"))
    return redirect(reverse("need_edit", args=[need.pk]) + _place(request, need))


def _place(request: HttpRequest, need: Need) -> str:
    """Back to the step one was at, or to the first that has something wrong."""
    asked = request.POST.get("step", "")
    return f"#part-{step_of(asked, parts(shown(need)))}" if asked else ""


@signed_in
@require_safe
def review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The last step: the need as its listing will look, what is still missing, and the button."""
    need = load(request, pk)
    if not need.is_editable:
        return redirect(need)
    asked = SubmitForm()
    asked.for_object(need, request.user)
    slots = {slot["key"]: slot["files"] for slot in both_slots(need)["slots"]}
    context = {
        "need": need,
        "files": slots["public"],
        "kept_back": slots["protected"],
        "answers": answers(need, public_only=True),
        "kept_answers": [answer for answer in answers(need) if not answer.question.public],
        "at": reverse("need_edit", args=[need.pk]),
        "alone": lacks_a_second_person(need),
        "asks": bool(asked.fields),  # then the move has a page of its own
        "reason": machine_for(need).by_name["submit"].why_not(need, request.user),
        **checklist(need, shown(need)),
    }
    return render(request, "needs/review.html", context)


@signed_in
@require_POST
def autosave(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The draft as it is being typed. 409 with a sentence where it cannot be kept here; the browser keeps it then."""
    if request.headers.get(TYPED_HERE) != "autosave":  # sent again by hand, after a new login
        return edit(request, pk)
    need = load(request, pk)
    try:
        _save(request, need, filled(need, request.POST))
    except Refused as refused:
        return JsonResponse({"sentence": str(refused)}, status=409)
    return JsonResponse({"version": need.revision, "saved": f"{timezone.localtime():%H:%M}"})


@signed_in
@require_POST
def change_batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    need = load(request, pk)
    batch = Batch.objects.open().filter(pk=identity(request.POST.get("batch"))).first()
    if batch is None:
        messages.warning(request, _("这个批次已经不在征集期，需求仍参加原来的批次。请另选一个。"))
        return redirect("need_edit", pk)
    try:
        fallen = move_to_batch(need, batch, by=request.user)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("已改为参加“%(batch)s”。") % {"batch": batch})
        if fallen:
            told = {"questions": listed(question.label for question in fallen)}
            messages.warning(request, _("新批次不问“%(questions)s”，原来的回答没有带过来。") % told)
    return redirect("need_edit", pk)


@signed_in
@require_safe
def check(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The checklist beside the form, for what has been saved."""
    need = load(request, pk)
    return render(request, "needs/checklist.html", {"need": need, "again": True, **checklist(need, shown(need))})


def _closed(need: Need) -> str:
    return _("需求现在是“%(state)s”，不能再改。下面是已经提交的内容。") % {"state": need.get_status_display()}
