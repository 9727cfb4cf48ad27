"""Taking into a bid what was written before: from the team's profile, from earlier bids of its organisation."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.text import listed
from proposals.reuse import TAKEN, Source, sources, take
from web.access import signed_in
from web.teams.bids import LATE, load
from workflow.machine import Refused


class TakeForm(forms.Form):
    source = forms.ChoiceField(
        label=gettext_lazy("从哪里带入"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择从哪里带入。")},
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("带入哪些"),
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: [(key, label) for key, (label, _names) in TAKEN.items()],
        initial=list(TAKEN),
        help_text=gettext_lazy("只填空着的地方，已经写好的不动；成员按姓名补齐。"),
        error_messages={"required": gettext_lazy("请至少选一项。")},
    )

    def __init__(self, *args: Any, found: list[Source], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["source"]
        field.choices = [(one.key, _told(one)) for one in found]
        if found:
            self.initial.setdefault("source", found[0].key)


def _told(source: Source) -> str:
    return _("团队资料：%(title)s") % {"title": source.title} if source.key == "team" else source.title


@signed_in
def reuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    proposal = load(request, pk)
    if not proposal.is_editable:
        messages.warning(request, LATE)
        return redirect(proposal)
    found = sources(proposal, request.user)
    form = TakeForm(request.POST if request.method == "POST" else None, found=found)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in found if one.key == form.cleaned_data["source"])
        try:
            taken, left = take(
                proposal, chosen, form.cleaned_data["parts"], by=request.user, revision=proposal.revision
            )
        except Refused as refused:
            refusal = str(refused)
        else:
            _say(request, taken, left)
            return redirect("proposal_edit", proposal.pk)
    context = {"proposal": proposal, "need": proposal.need, "form": form, "sources": found, "refusal": refusal}
    return render(request, "proposals/reuse.html", context, status=409 if refusal else 422 if form.errors else 200)


def _say(request: HttpRequest, taken: list[str], left: list[str]) -> None:
    if taken:
        messages.success(request, _("已带入：%(parts)s。请核对后再提交。") % {"parts": listed(taken)})
    if left:
        messages.info(request, _("没有动：%(parts)s（已经写过，或对方没有）。") % {"parts": listed(left)})
