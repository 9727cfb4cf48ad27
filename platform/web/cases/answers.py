"""The answers an enterprise drafts to its bidders: one form for all of them, so that none is lost with another."""

import hashlib
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.sealing import canonical
from core.text import clauses, listed
from decisions.actions import answer
from decisions.comparing import Suggestion
from decisions.queries import only_one
from needs.models import Need
from proposals.models import Answer, Proposal
from proposals.states import AnswerReason, Outcome, P
from web.drafts import Lenient, Prose, Whole
from workflow.machine import Stale

NAMES = ("outcome", "rank", "code", "sentence")
MUST = ("outcome", "code", "sentence")
SHORTEST = 6
MOST_NAMED = 5  # bids whose answer is missing
GROUPS = (
    (gettext_lazy("选定或备选"), (AnswerReason.FIT, AnswerReason.ORDER)),
    (
        gettext_lazy("备选或不选"),
        tuple(one for one in AnswerReason if one not in (AnswerReason.FIT, AnswerReason.ORDER, AnswerReason.OTHER)),
    ),
    (gettext_lazy("都可以用"), (AnswerReason.OTHER,)),
)
AGAINST = GROUPS[1][1]


def fits(code: str, outcome: str) -> bool:
    """Whether one may be told this result for this reason."""
    if code == AnswerReason.ORDER:
        return outcome == Outcome.SELECT
    return code == AnswerReason.OTHER or outcome == Outcome.RESERVE or (code in AGAINST) == (outcome == Outcome.REFUSE)


class Reasons(forms.Select):
    """Every reason says for which results it is one: the page then offers no other."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["data-for"] = " ".join(one for one in Outcome.values if fits(str(value), one))
        return option


class AnswerForm(Lenient):
    outcome = forms.ChoiceField(label=gettext_lazy("结果"), choices=Outcome, widget=forms.RadioSelect)
    rank = Whole(
        label=gettext_lazy("备选顺序"),
        required=False,
        min_value=1,
        max_value=9,
        help_text=gettext_lazy("列为备选时填写：1 最先递补。留空则排在最后。"),
        error_messages={"invalid": gettext_lazy("请填 1 到 9 的整数。")},
    )
    code = forms.ChoiceField(
        label=gettext_lazy("原因"),
        widget=Reasons(attrs={"data-reasons": gettext_lazy("原来选的原因不适用于这个结果，请重选原因。")}),
    )
    checked = forms.BooleanField(
        label=gettext_lazy("已核对，照此答复"),
        required=False,
        help_text=gettext_lazy("这句话由平台根据比选起草，改过就不用勾选。"),
    )
    sentence = Prose(
        label=gettext_lazy("一句话答复"),
        max_length=500,
        min_length=SHORTEST,
        rows=3,
        help_text=gettext_lazy("对方会原样看到。例如：固化时间 45 分钟，超过要求的 30 分钟。"),
        error_messages={"min_length": gettext_lazy("太短了，请用一句话说明，至少 6 个字。")},
    )

    def __init__(self, *args: Any, bid: Proposal, suggestion: Suggestion | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of, self.suggestion = bid.team.name, suggestion
        reasons: Any = self.fields["code"]
        reasons.choices = [("", _("请选择")), *_reasons(in_reserve=bid.status == P.RESERVE)]
        if suggestion is None or not suggestion.sentence:
            del self.fields["checked"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("outcome") and self._as_drafted(data.get("sentence")) and not data.get("checked"):
            self.add_error("sentence", _("这句话由平台起草。请改成您的意见，或勾选“已核对，照此答复”。"))
        outcome, code = data.get("outcome"), data.get("code")
        if outcome and code and not fits(code, outcome):
            self.add_error("code", _unfit(code, outcome))
        if outcome != Outcome.RESERVE and "rank" not in self.errors:
            data["rank"] = None
        return data

    def _as_drafted(self, sentence: Any) -> bool:
        return self.suggestion is not None and bool(sentence) and sentence == self.suggestion.sentence

    @property
    def is_untouched(self) -> bool:
        """Nobody has said anything yet: what stands in the fields is what the platform put there."""
        return not self.typed["outcome"] and self._as_drafted(self.typed["sentence"].strip())

    @property
    def lacks(self) -> list[str]:
        """What keeps it from being an answer, by the names of its fields."""
        given = self.cleaned_data
        return [str(field.label) for name, field in self.fields.items() if name in MUST and not given.get(name)]

    @property
    def typed(self) -> dict[str, str]:
        return {name: str(self.data.get(self.add_prefix(name), "")) for name in NAMES}

    @property
    def is_complete(self) -> bool:
        return self.is_valid() and not self.lacks


def _reasons(*, in_reserve: bool) -> list[tuple[Any, list[tuple[str, Any]]]]:
    """In groups, for whoever chooses without a script; the order of reserves only where there is one to follow."""
    groups = [(name, [one for one in codes if in_reserve or one != AnswerReason.ORDER]) for name, codes in GROUPS]
    return [(name, [(str(one), one.label) for one in codes]) for name, codes in groups]


def _unfit(code: str, outcome: str) -> str:
    said = {"code": AnswerReason(code).label}
    if outcome == Outcome.REFUSE:
        return _("“%(code)s”不能作为不选的原因，请另选。") % said
    if outcome == Outcome.RESERVE:
        return _("“%(code)s”不能作为备选的原因，请另选。") % said
    return _("选定的原因请选“指标响应好”或“其他”。")


@dataclass(frozen=True)
class Answers:
    """What was said so far, and what is half said: that waits in the session of who is writing it."""

    need: Need
    forms: dict[Any, AnswerForm]
    version: str

    @property
    def whole(self) -> int:
        return sum(form.is_complete for form in self.forms.values())

    @property
    def clash(self) -> str:
        """Several that are chosen, whole or half said."""
        return only_one([form.of for form in self.forms.values() if form.typed["outcome"] == Outcome.SELECT])

    @property
    def missing(self) -> str:
        """Which bids have no answer yet, each with what it lacks; of many the first few."""
        found = [form for form in self.forms.values() if not form.is_complete]
        named = [
            _("%(team)s（缺：%(parts)s）") % {"team": form.of, "parts": listed(form.lacks)}
            for form in found[:MOST_NAMED]
        ]
        if len(found) > MOST_NAMED:
            named.append(_("另有 %(count)s 份") % {"count": len(found) - MOST_NAMED})
        return clauses(named)


Suggestions = dict[Any, Suggestion | None]


def shown(request: HttpRequest, need: Need, proposals: list[Proposal], drafts: Suggestions) -> Answers:
    half = request.session.get(_key(need), {})
    made = {}
    for proposal in proposals:
        draft = drafts.get(proposal.pk)
        given = _given(proposal) | half.get(str(proposal.pk), {})
        if not given and draft is not None:
            given = {"code": draft.code, "sentence": draft.sentence}
        made[proposal.pk] = AnswerForm(initial=given, prefix=f"bid-{proposal.pk}", bid=proposal, suggestion=draft)
    return Answers(need, made, fingerprint(proposals))


def filled(request: HttpRequest, need: Need, proposals: list[Proposal], drafts: Suggestions) -> Answers:
    made = {
        proposal.pk: AnswerForm(
            request.POST, prefix=f"bid-{proposal.pk}", bid=proposal, suggestion=_unsaid(proposal, drafts)
        )
        for proposal in proposals
    }
    return Answers(need, made, fingerprint(proposals))


@transaction.atomic
def save(request: HttpRequest, answers: Answers, proposals: list[Proposal]) -> str:
    """Keep what is whole as answers and what is not in the session; the version of what is there now.

    Raises `Stale` where a colleague has answered meanwhile, and then keeps nothing.
    """
    Need.objects.select_for_update().get(pk=answers.need.pk)
    held = {row.proposal_id: row for row in Answer.objects.filter(proposal__need=answers.need)}
    changed = [
        p for p in proposals if answers.forms[p.pk].is_complete and _differs(answers.forms[p.pk], held.get(p.pk))
    ]
    if changed and request.POST.get("version", "") != _print(held.values()):
        raise Stale(_("本单位的同事刚刚改过答复。请刷新后再改，您写的内容还在本页。"))
    half = {}
    for proposal in proposals:
        form = answers.forms[proposal.pk]
        if proposal in changed:
            held[proposal.pk] = answer(proposal, **{name: form.cleaned_data[name] for name in NAMES}, by=request.user)
        elif not form.is_complete and any(form.typed.values()) and not form.is_untouched:
            half[str(proposal.pk)] = form.typed
    request.session[_key(answers.need)] = half
    return _print(held.values())


def _unsaid(proposal: Proposal, drafts: Suggestions) -> Suggestion | None:
    """A sentence that was confirmed once needs no second tick."""
    draft, held = drafts.get(proposal.pk), getattr(proposal, "answer", None)
    return None if draft is not None and held is not None and held.sentence == draft.sentence else draft


def fingerprint(proposals: list[Proposal]) -> str:
    return _print(proposal.answer for proposal in proposals if hasattr(proposal, "answer"))


def _print(answers: Any) -> str:
    said = sorted([str(a.proposal_id), a.outcome, a.rank or 0, a.code, a.sentence] for a in answers)
    return hashlib.sha256(canonical(said)).hexdigest()[:16]


def _given(proposal: Proposal) -> dict[str, str]:
    given = getattr(proposal, "answer", None)
    return {name: getattr(given, name) or "" for name in NAMES} if given else {}


def _differs(form: AnswerForm, held: Answer | None) -> bool:
    given = form.cleaned_data
    if held is not None and given["outcome"] == Outcome.RESERVE and not given["rank"]:
        given = {**given, "rank": held.rank}  # left empty: it stays where it is
    return held is None or any(given[name] != getattr(held, name) for name in NAMES)


def _key(need: Need) -> str:
    return f"answers:{need.pk}"
