"""The 形式审查清单 of a need as it was last submitted: what is ticked, what is open, what to tell the enterprise."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import record
from audit.labels import name_actions
from core import clock
from core.text import clean_line, listed
from diagnoses.codes import REASON_OF, Item, Verdict
from diagnoses.models import Check
from needs.models import Need
from needs.rules import in_his_hands, is_screener
from needs.screening import Finding
from needs.states import N, VersionEvent
from workflow.actions import perform
from workflow.machine import Refused, Text

name_actions({"need.check": gettext_lazy("填写形式审查清单")})
Answers = Mapping[str, tuple[str, str]]  # item → (verdict, note)


@dataclass(frozen=True)
class Sheet:
    """One version's list, item by item."""

    checks: dict[str, Check]

    @property
    def rows(self) -> list[tuple[Item, Check | None]]:
        return [(item, self.checks.get(item)) for item in Item]

    @property
    def open(self) -> list[Item]:
        return [item for item in Item if item not in self.checks]

    @property
    def unmet(self) -> list[Check]:
        return [check for item, check in self.rows if check and check.verdict == Verdict.UNMET]

    @property
    def last(self) -> Check | None:
        """The one written last: by whom and when the list was filled in."""
        return max(self.checks.values(), key=lambda check: check.checked_at, default=None)

    @property
    def missing(self) -> Text:
        if self.unmet:
            names = listed([Item(check.item).label for check in self.unmet])
            return _("清单里有不符合的：%(items)s。请退回企业修改，或核实后改为符合。") % {"items": names}
        if len(self.open) == len(Item):
            return _("请先逐项填写形式审查清单。")
        return _("清单还有没填的：%(items)s。") % {"items": listed([i.label for i in self.open])} if self.open else ""


def version_now(need: Need) -> int:
    """Which submission is on the desk."""
    kept = need.versions.filter(event=VersionEvent.SUBMIT).order_by("-number").first()
    return kept.number if kept else 0


def sheet_of(need: Need, version: int | None = None) -> Sheet:
    number = version_now(need) if version is None else version
    rows = Check.objects.filter(need=need, version=number).select_related("checked_by")
    return Sheet({check.item: check for check in rows})


def finding_of(need: Need) -> Finding:
    """What the formal check says to whoever wants to pass the need, or to send it back."""
    if need.status != N.SUBMITTED:
        return Finding()
    sheet = sheet_of(need)
    said = [f"{Item(check.item).label}：{check.note}" for check in sheet.unmet]
    code = REASON_OF[Item(sheet.unmet[0].item)].value if sheet.unmet else ""
    return Finding(missing=sheet.missing, code=code, reason="\n".join(said))


@transaction.atomic
def fill_checklist(need: Need, answers: Answers, *, by: Any) -> Sheet:
    """Keep the ticks. Whoever ticks first has taken the case; ticking the same again writes nothing."""
    if not is_screener(by, need):
        raise PermissionDenied("The formal check is the case officer's")
    locked = Need.objects.select_for_update(of=("self",)).select_related("handler").get(pk=need.pk)
    if locked.status != N.SUBMITTED:
        raise Refused(_("需求现在是“%(state)s”，清单不能再改。") % {"state": locked.get_status_display()})
    if sentence := in_his_hands(locked, by):
        raise Refused(str(sentence))
    if any(verdict == Verdict.UNMET and not clean_line(note) for verdict, note in answers.values()):
        raise Refused(_("不符合的请写明哪里不符合，企业会看到。"))
    version = version_now(locked)
    held = sheet_of(locked, version).checks
    changed = [
        Check(need=locked, version=version, item=item, verdict=verdict, note=clean_line(note)[:200],
              checked_by=by, checked_at=clock.now())
        for item, (verdict, note) in answers.items()
        if item not in held or (held[item].verdict, held[item].note) != (verdict, clean_line(note)[:200])
    ]  # fmt: skip
    if changed:
        if locked.handler_id != by.pk:
            perform(locked, "take", by=by)
        _write(locked, changed, by=by)
        need.refresh_from_db(fields=["handler"])
    return sheet_of(locked, version)


def _write(need: Need, changed: list[Check], *, by: Any) -> None:
    Check.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["need", "version", "item"],
        update_fields=["verdict", "note", "checked_by", "checked_at"],
    )
    record(
        "need.check",
        subject=need,
        stream=need.audit_stream,
        by=by,
        detail={"version": changed[0].version, **{check.item: check.verdict for check in changed}},
        note={check.item: check.note for check in changed if check.note} or None,
    )
