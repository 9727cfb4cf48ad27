"""改写建议, field by field: what is proposed, what it would change, and the enterprise's answer to each."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core.models import verbose_name
from core.text import clean_line
from diagnoses import rules
from diagnoses.codes import Decision, Duty
from diagnoses.models import Assignment, Line, Rewrite
from diagnoses.states import A, R
from needs.actions import save_need
from needs.clarity import clarity
from needs.models import Indicator, Need, plain
from needs.rules import is_owner
from needs.states import N
from needs.versions import Change, compared
from notifications.actions import notify
from notifications.kinds import register_kind
from workflow.actions import begin, perform
from workflow.machine import Refused

FIELDS = ("title", "problem", "present", "goal", "conditions", "keywords", "period_months")
ROW = ("name", "operator", "value", "value_max", "unit", "text", "test_method", "is_hard")
INDICATOR = "indicator:"
PROPOSED = register_kind("rewrite.create")


# ── values ──────────────────────────────────────────────────────────────────────
def _as_json(indicator: Indicator) -> dict[str, Any]:
    """A row as JSON; figures as text, so that none is rounded on the way."""
    values = {name: getattr(indicator, name) for name in ROW}
    return {name: plain(v) if isinstance(v, Decimal) else v for name, v in values.items()}


def _row(said: Mapping[str, Any]) -> Indicator:
    values = {**said}
    for name in ("value", "value_max"):
        values[name] = Decimal(values[name]) if values[name] is not None else None
    return Indicator(**values)


def _keyed(rows: Iterable[Indicator]) -> dict[str, Indicator]:
    """By name; the second of the same name is another row."""
    found: dict[str, Indicator] = {}
    for row in rows:
        key, n = f"{INDICATOR}{row.name}", 2
        while key in found:
            key, n = f"{INDICATOR}{row.name} ({n})", n + 1
        found[key] = row
    return found


def values_of(need: Need, indicators: Sequence[Indicator] | None = None) -> dict[str, Any]:
    """Every field that may be reworded, and every row, as JSON."""
    rows = need.indicators.all() if indicators is None else indicators
    return {name: getattr(need, name) for name in FIELDS} | {key: _as_json(row) for key, row in _keyed(rows).items()}


def reworded(need: Need, lines: Iterable[Line]) -> tuple[Need, list[Indicator]]:
    """A copy of the need with these lines in it; rows keep their places, new ones come last."""
    changed, made = {line.field: line.after for line in lines}, copy.copy(need)
    for name in FIELDS:
        if name in changed:
            setattr(made, name, changed[name])
    rows = _keyed(need.indicators.all())
    stay = [key for key in rows if changed.get(key, True) is not None]
    kept = [_row({**_as_json(rows[key]), **(changed.get(key) or {})}) for key in stay]
    new = [_row(after) for key, after in changed.items() if key.startswith(INDICATOR) and key not in rows and after]
    return made, kept + new


# ── in words ────────────────────────────────────────────────────────────────────
def label_of(field: str) -> str:
    if field.startswith(INDICATOR):
        return _("指标：%(name)s") % {"name": field.removeprefix(INDICATOR)}
    return verbose_name(Need, field)


def said(value: Any) -> str:
    match value:
        case None | "" | []:
            return ""
        case dict():
            row = _row(value)
            parts = [row.name, row.requirement, row.test_method, _("硬指标") if row.is_hard else _("软指标")]
            return " · ".join(part for part in parts if part)
        case list():
            return "、".join(value)
    return str(value)


def changes_of(need: Need, lines: Iterable[Line]) -> list[tuple[Line, Change]]:
    """Each line against the need as it stands now; once answered, against what stood there then."""
    now, shown = values_of(need), []
    for line in lines:
        before = line.before if line.decision else now.get(line.field)
        shown.append((line, compared(label_of(line.field), said(before), said(line.after))))
    return shown


# ── verbs ───────────────────────────────────────────────────────────────────────
@transaction.atomic
def propose(need: Need, *, wanted: Need, indicators: Sequence[Indicator], reason: str, by: Any) -> Rewrite:
    """Put new words to the enterprise: whatever in `wanted` and `indicators` differs from the need as it stands."""
    locked = Need.objects.select_for_update(of=("self",)).select_related("handler", "organisation").get(pk=need.pk)
    if not rules.may_propose(by, locked):
        raise PermissionDenied("Only who diagnoses or handles a need rewords it")
    if sentence := rules.is_on_the_desk(locked):
        raise Refused(str(sentence))
    lines = _differences(values_of(locked), values_of(wanted, indicators))
    if not lines:
        raise Refused(_("还没有改动任何内容。请在要改的地方写上建议的文字。"))
    after, rows = reworded(locked, lines)
    made = Rewrite(
        need=locked,
        assignment=_assignment_of(locked, by),
        reason=clean_line(reason),
        written_by=by,
        score_before=clarity(locked).score,
        score_after=clarity(after, rows).score,
    )
    try:
        with transaction.atomic():
            begin(made, by=by, detail={"fields": len(lines)})
    except IntegrityError as error:
        raise Refused(_("还有一份改写建议在等企业答复，请先等答复，或撤回那一份。")) from error
    for line in lines:
        line.rewrite = made
    Line.objects.bulk_create(lines)
    people = set(rules.owners(made)) - {by}
    notify(people, kind=PROPOSED, subject=made, context={"fields": len(lines)}, key=f"rewrite:{made.pk}")
    return made


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Line]:
    fields = [*after, *(field for field in before if field not in after)]
    changed = [field for field in fields if before.get(field) != after.get(field)]
    return [
        Line(position=n, field=field, before=before.get(field), after=after.get(field))
        for n, field in enumerate(changed)
    ]


def _assignment_of(need: Need, user: Any) -> Assignment | None:
    running = need.assignments.filter(duty=Duty.DIAGNOSIS, status=A.ACCEPTED)
    return next((one for one in running if rules.is_assignee(user, one)), None)


@transaction.atomic
def decide(rewrite: Rewrite, decisions: Mapping[Any, str], *, by: Any) -> Rewrite:
    """The enterprise's answer to every line. What it takes is its own writing from here on; a need that is on the
    zone's desk it takes back for it."""
    locked = Rewrite.objects.select_for_update(of=("self",)).select_related("need__handler").get(pk=rewrite.pk)
    need = Need.objects.select_related("organisation", "batch").get(pk=locked.need_id)
    if not is_owner(by, need):
        raise PermissionDenied("Only the enterprise answers a rewrite")
    if locked.status != R.OFFERED:
        raise Refused(_("这份建议现在是“%(state)s”，不用再答复。") % {"state": locked.get_status_display()})
    lines = list(locked.lines.all())
    if any(decisions.get(line.pk) not in (Decision.ACCEPTED, Decision.REFUSED) for line in lines):
        raise Refused(_("请逐项选择采纳或不采纳。"))
    taken = [line for line in lines if decisions[line.pk] == Decision.ACCEPTED]
    now = values_of(need)
    if taken:
        _write(need, taken, by=by)
    for line in lines:
        line.before, line.decision = now.get(line.field), decisions[line.pk]
    Line.objects.bulk_update(lines, ["before", "decision"])
    counts = {"accepted": len(taken), "refused": len(lines) - len(taken)}
    perform(locked, "settle", by=by, driven=True, facts=counts)
    return locked


def _write(need: Need, taken: list[Line], *, by: Any) -> None:
    if need.status == N.SUBMITTED:
        perform(need, "recall", by=by)
    if need.typed:
        raise Refused(_("草稿里有填写错误还没有改正。请先改好保存，再来采纳建议。"))
    after, rows = reworded(need, taken)
    save_need(after, indicators=rows, by=by)
