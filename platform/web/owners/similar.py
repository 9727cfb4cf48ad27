"""Similar needs: beside the form while it is written, before the screener, and what merging two drafts makes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from audit.queries import timeline
from core.text import listed
from needs.additions import carried, questions
from needs.merging import merge
from needs.models import Need
from needs.similar import is_comparable, similar_to
from web.access import signed_in
from web.cases.needs import inside
from web.drafts import identity
from web.owners.additions import typed_answers
from web.owners.indicator_form import IndicatorForm
from web.owners.need_fields import Several
from web.owners.need_form import NeedForm
from web.owners.need_page import load
from web.owners.sheet import PREFIX, WRITTEN, as_typed, filled
from workflow.machine import Refused

PROSE = ("problem", "present", "goal", "conditions", "confidential")
MANY = tuple(name for name, field in NeedForm.base_fields.items() if isinstance(field, Several))
CELLS = tuple(IndicatorForm.base_fields)


@signed_in
@require_safe
def similar(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The closest needs: as a part for htmx, as a page for everybody else."""
    need = inside(request, pk)
    owner = need.organisation_id in request.user.positions  # type: ignore[union-attr]
    context = {
        "need": need,
        "comparable": is_comparable(need),
        "matches": similar_to(need, to=request.user),
        "deciding": owner and need.is_editable,
        "owner": owner,
        "said": why_different(need),
    }
    part = request.htmx  # type: ignore[attr-defined]
    return render(request, "needs/similar.html" if part else "needs/similar_page.html", context)


def why_different(need: Need) -> str:
    """What the enterprise said when it last handed the need in beside similar ones."""
    said = [event.note_data.get("different", "") for event in timeline(need.audit_stream) if _is_submit(event)]
    return said[-1] if said else ""


def _is_submit(event: Any) -> bool:
    return bool(event.action == "need.submit")


@signed_in
@require_POST
def merge_into(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What this draft says goes into another of the same enterprise, to be gone through by hand; this one ends."""
    need = load(request, pk)
    into = get_object_or_404(_drafts(request), pk=identity(request.POST.get("into")))
    try:
        with transaction.atomic():
            both = joined(into, need)
            sheet = filled(into, both.data, version=into.revision)
            done = merge(need, into=into, indicators=sheet.apply(), by=request.user, taken=both.taken, left=both.left)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("need_similar", pk)
    messages.success(
        request,
        _("“%(title)s”的内容已并到这里，请通读整理后再提交。原草稿已撤回，仍可在“我的需求”里查看。")
        % {"title": need.title},
    )
    if done.taken:
        messages.info(request, _("并过来的：%(what)s。") % {"what": listed(done.taken)})
    if done.left:
        messages.warning(
            request,
            _("留在原草稿的（这里已另有内容、本批次没有这一问，或附件放不下）：%(what)s。")
            % {"what": listed(done.left)},
        )
    return redirect("need_edit", into.pk)


def _drafts(request: HttpRequest) -> Any:
    return Need.objects.owned_by(request.user).select_related("organisation", "batch").prefetch_related("indicators")


# ── two drafts as one form ──────────────────────────────────────────────────────
@dataclass
class Joined:
    """The form of one draft with what another says besides, and which of its labels that was, and was not."""

    data: QueryDict
    taken: list[str]
    left: list[str]

    def take(self, name: str, label: str, values: list[str]) -> None:
        """Says it only where that changes something."""
        if self.data.getlist(name) != values:
            self.data.setlist(name, values)
            self.taken.append(label)


def joined(into: Need, need: Need) -> Joined:
    """The form of `into` with what `need` says besides, under its title; what `into` leaves empty is taken over."""
    ours, theirs = as_typed(into), as_typed(need)
    both = Joined(ours, [], [])
    for name in WRITTEN:
        label, said = str(NeedForm.base_fields[name].label), theirs.getlist(name)
        if name in PROSE:
            both.take(name, label, [_appended(ours.get(name, ""), theirs.get(name, ""), need.title)])
        elif name in MANY:
            both.take(name, label, list(dict.fromkeys([*ours.getlist(name), *said])))
        elif name == "keywords":
            both.take(name, label, ["、".join(dict.fromkeys(_words(ours) + _words(theirs)))])
        elif not ours.get(name):
            both.take(name, label, said)
        elif any(said) and said != ours.getlist(name):
            both.left.append(label)
    _join_answers(both, into, need)
    kept = [*_rows(ours)]
    more = [row for row in _rows(theirs) if row not in kept]
    if more:
        both.taken.append(_("技术指标"))
    _set_rows(ours, kept + more)
    return both


def _join_answers(both: Joined, into: Need, need: Need) -> None:
    """附加项: where both have answered, the draft that stays keeps its own; what it is not asked stays behind."""
    ours, theirs = typed_answers(into), typed_answers(need)
    fields = carried(need, into.batch).fields
    for question in questions(need.batch):
        said, name = theirs.get(question.field, ""), fields.get(question.field)
        if name is not None:
            both.data.setlist(name, [ours[name] or said])
        if not said or (name is not None and ours[name] == said):
            continue
        (both.taken if name is not None and not ours[name] else both.left).append(question.label)
    for name, said in ours.items():
        both.data.setdefault(name, said)


def _appended(text: str, more: str, title: str) -> str:
    if not more.strip() or more.strip() in text:
        return text
    head = _("【并自“%(title)s”】") % {"title": title}
    return f"{text}\n\n{head}\n{more}" if text.strip() else more


def _words(data: QueryDict) -> list[str]:
    return [word for word in str(data.get("keywords", "")).split("、") if word]


def _rows(data: QueryDict) -> Iterator[dict[str, str]]:
    for place in range(int(data.get(f"{PREFIX}-TOTAL_FORMS", "0"))):
        row = {cell: str(data.get(f"{PREFIX}-{place}-{cell}", "")) for cell in CELLS}
        if row["name"] or row["value"]:
            yield row


def _set_rows(data: QueryDict, rows: list[dict[str, str]]) -> None:
    for key in [key for key in data if key.startswith(f"{PREFIX}-")]:
        del data[key]
    data[f"{PREFIX}-TOTAL_FORMS"], data[f"{PREFIX}-INITIAL_FORMS"] = str(len(rows)), "0"
    for place, row in enumerate(rows):
        for cell, value in row.items():
            data[f"{PREFIX}-{place}-{cell}"] = value
