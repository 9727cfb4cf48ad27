"""来源功劳: what each agency and each officer has brought, diagnosed, and seen published and under contract."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from contracts.models import SIGNED
from diagnoses.codes import Duty
from diagnoses.models import Assignment, Credit
from needs.models import Need
from reports.ledgers import COUNT, Column
from workflow.machine import Text

AGENCY, OFFICER = "agency", "officer"
SOURCED, DIAGNOSED, PUBLISHED, CONTRACTED = "sourced", "diagnosed", "published", "contracted"
LABELS: dict[str, Text] = {
    SOURCED: _("带来需求"),
    DIAGNOSED: _("诊断需求"),
    PUBLISHED: _("已发榜"),
    CONTRACTED: _("已签约"),
}
MEANINGS: dict[str, Text] = {
    SOURCED: _("登记为其带来、已经提交过的需求"),
    DIAGNOSED: _("由其诊断、写过诊断日志的需求"),
    PUBLISHED: _("其带来或诊断的需求中，发过榜的"),
    CONTRACTED: _("其带来或诊断的需求中，合同已生效的"),
}


@dataclass
class Row:
    """One agency or officer: the needs behind each figure."""

    kind: str
    pk: UUID
    name: str = ""
    needs: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"

    @property
    def kind_label(self) -> Text:
        return _("服务机构") if self.kind == AGENCY else _("管委会人员")

    @property
    def figures(self) -> list[tuple[str, Text, int]]:
        return [(what, label, len(self.needs[what])) for what, label in LABELS.items()]


def _count(what: str, row: Row) -> int:
    return len(row.needs[what])


COLUMNS = (
    Column(_("单位或人员"), lambda row: row.name, width=32),
    Column(_("类别"), lambda row: str(row.kind_label), width=12),
    *(Column(label, partial(_count, what), COUNT, 12) for what, label in LABELS.items()),
)


def credited(user: Any) -> list[Row]:
    """Everybody who has brought or diagnosed a need, whoever has most contracts first."""
    seen = Need.objects.visible_to(user).filter(submitted_at__isnull=False)
    rows = _rows(Credit.objects.filter(need__in=seen), _written().filter(need__in=seen))
    return sorted(rows, key=lambda row: ([-n for _what, _label, n in reversed(row.figures)], row.name))


def credited_to(agencies: Iterable[Organisation]) -> list[Row]:
    """The same for the people of an agency: its own row alone, one of noughts where nothing is credited to it yet.

    They may not read every need it counts: a page shows of those only what the agency brought or was given to do.
    """
    ours = {agency.pk: agency for agency in agencies}
    submitted = {"agency__in": ours, "need__submitted_at__isnull": False}
    held = {row.pk: row for row in _rows(Credit.objects.filter(**submitted), _written().filter(**submitted))}
    return [held.get(pk) or Row(AGENCY, pk, agency.name) for pk, agency in ours.items()]


def _written() -> QuerySet[Assignment]:
    return Assignment.objects.filter(duty=Duty.DIAGNOSIS, entries__isnull=False)


def _rows(sourced: QuerySet[Credit], written: QuerySet[Assignment]) -> list[Row]:
    rows: dict[tuple[str, UUID], Row] = {}
    for what, held in ((SOURCED, sourced), (DIAGNOSED, written)):
        found = held.values_list("agency", "officer", "need").distinct()
        for agency, officer, need in found:
            key = (AGENCY, agency) if agency else (OFFICER, officer)
            rows.setdefault(key, Row(*key)).needs[what].add(need)
    _follow(rows)
    _name(rows)
    return list(rows.values())


def _follow(rows: dict[tuple[str, UUID], Row]) -> None:
    """What has become of them."""
    everything = {need for row in rows.values() for need in row.needs[SOURCED] | row.needs[DIAGNOSED]}
    held = Need.objects.filter(pk__in=everything)
    published = set(held.filter(number__isnull=False).values_list("pk", flat=True))
    contracted = set(held.filter(contracts__status__in=SIGNED).values_list("pk", flat=True))
    for row in rows.values():
        theirs = row.needs[SOURCED] | row.needs[DIAGNOSED]
        row.needs[PUBLISHED], row.needs[CONTRACTED] = theirs & published, theirs & contracted


def _name(rows: dict[tuple[str, UUID], Row]) -> None:
    agencies = dict(Organisation.objects.filter(_of(rows, AGENCY)).values_list("pk", "name"))
    officers = dict(User.objects.filter(_of(rows, OFFICER)).values_list("pk", "name"))
    for row in rows.values():
        row.name = (agencies if row.kind == AGENCY else officers)[row.pk]


def _of(rows: dict[tuple[str, UUID], Row], kind: str) -> Q:
    return Q(pk__in=[pk for of, pk in rows if of == kind])


def needs_behind(user: Any, key: str, what: str) -> tuple[Row | None, QuerySet[Need]]:
    """The records of one figure; None where there is no such row."""
    row = next((row for row in credited(user) if row.key == key), None)
    found = Need.objects.visible_to(user).filter(pk__in=row.needs[what] if row else ())
    return row, found.select_related("organisation").order_by("-submitted_at", "pk")
