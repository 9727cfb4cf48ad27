"""The form of a contract: its terms, its milestones, its payments; and what was typed as rows that can be saved."""

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contracts.models import Contract, Milestone, Payment
from core.sealing import canonical
from needs.codes import Ownership
from web.drafts import Amount, Day, Lenient, Line, Prose

TERMS = (
    "title",
    "amount",
    "ownership",
    "ownership_terms",
    "content",
    "acceptance",
    "confidentiality",
    "starts_on",
    "ends_on",
)


class ContractForm(Lenient):
    title = Line(label=gettext_lazy("项目名称"), max_length=100)
    amount = Amount(label=gettext_lazy("合同金额"), help_text=gettext_lazy("付款计划合计须与它一致。"))
    starts_on = Day(label=gettext_lazy("起始日期"))
    ends_on = Day(label=gettext_lazy("终止日期"))
    content = Prose(
        label=gettext_lazy("技术内容与目标"),
        max_length=3000,
        rows=8,
        help_text=gettext_lazy("已按需求和方案填好。写清做什么、做到什么程度。"),
    )
    acceptance = Prose(
        label=gettext_lazy("验收标准和方法"),
        max_length=2000,
        rows=6,
        help_text=gettext_lazy("已按榜单指标填好，验收时逐项对照。"),
    )
    ownership = forms.ChoiceField(label=gettext_lazy("知识产权归属"), choices=Ownership, widget=forms.RadioSelect)
    ownership_terms = Prose(label=gettext_lazy("知识产权补充约定"), max_length=500, rows=3, required=False)
    confidentiality = Prose(
        label=gettext_lazy("保密约定"),
        max_length=1000,
        help_text=gettext_lazy("保密的内容、人员、期限和责任，例如：双方对技术资料保密三年，泄密赔偿实际损失。"),
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("amount") is None and "amount" not in self.errors:
            self.add_error("amount", _("请填写合同金额，以万元为单位，例如 48.50。"))
        start, end = data.get("starts_on"), data.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", _("终止日期要晚于起始日期。"))
        return data


class PartForm(Lenient):
    """One row of the plan. A row nobody wrote in is no row; one that is begun must be whole."""

    id = forms.UUIDField(widget=forms.HiddenInput, required=False)
    WHOLE: tuple[str, ...] = ()

    @property
    def is_blank(self) -> bool:
        return not any(self.data.get(self.add_prefix(name), "").strip() for name in self.WHOLE)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.is_blank:
            for name in self.WHOLE:
                if name not in self.errors and not data.get(name):
                    self.add_error(name, _("请填写%(field)s，或删去这一行。") % {"field": self.fields[name].label})
        return data


class MilestoneForm(PartForm):
    WHOLE = ("title", "deliverable", "due_date")
    title = Line(label=gettext_lazy("里程碑"), max_length=100)
    deliverable = Line(label=gettext_lazy("交付物"), max_length=300)
    due_date = Day(label=gettext_lazy("完成日期"))


class PaymentForm(PartForm):
    WHOLE = ("title", "amount", "due_date")
    title = Line(label=gettext_lazy("款项"), max_length=100)
    amount = Amount(label=gettext_lazy("金额（万元）"))
    due_date = Day(label=gettext_lazy("支付日期"))
    milestone = forms.ChoiceField(label=gettext_lazy("哪个里程碑核验后支付"), required=False)

    def __init__(self, *args: Any, milestones: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["milestone"].choices = [("", _("不限")), *((str(m.pk), m.title) for m in milestones)]  # type: ignore[attr-defined]
        self.fields["amount"].widget.attrs["data-sum-part"] = ""


MilestoneRows = forms.formset_factory(MilestoneForm, extra=0, can_delete=True, can_order=True, max_num=30)
PaymentRows = forms.formset_factory(PaymentForm, extra=0, can_delete=True, can_order=True, max_num=30)


@dataclass(frozen=True)
class Sheet:
    contract: Contract
    form: ContractForm
    milestones: Any
    payments: Any

    @property
    def formsets(self) -> list[Any]:
        return [self.milestones, self.payments]

    def is_valid(self) -> bool:
        each = [part.is_valid() for part in (self.form, *self.formsets)]
        return all(each) and self._days_fit()

    def _days_fit(self) -> bool:
        """Nothing is due before the contract begins."""
        start, fit = self.form.cleaned_data.get("starts_on"), True
        for row in (*kept(self.milestones), *kept(self.payments)):
            if start and row.cleaned_data["due_date"] < start:
                row.add_error("due_date", _("这一天早于合同起始日期。"))
                fit = False
        return fit

    def apply(self) -> tuple[list[Milestone], list[Payment]]:
        """Write the terms to the contract and give the rows of its plan, in order."""
        for name in TERMS:
            setattr(self.contract, name, self.form.cleaned_data[name])
        milestones = {row.pk: row for row in self.contract.milestones.all()}
        payments = {row.pk: row for row in self.contract.payments.all()}
        first = [
            _written(row, milestones, Milestone, ("title", "deliverable", "due_date")) for row in kept(self.milestones)
        ]
        second = [_written(row, payments, Payment, ("title", "amount", "due_date")) for row in kept(self.payments)]
        stays = {str(row.pk): row for row in first}
        for row, payment in zip(kept(self.payments), second, strict=True):
            payment.milestone = stays.get(row.cleaned_data["milestone"])
        return first, second

    @property
    def planned(self) -> Decimal:
        rows = kept(self.payments) if self.payments.is_bound else self.payments.forms
        values = (row.cleaned_data if row.is_bound else row.initial for row in rows)
        return sum((value.get("amount") or Decimal(0) for value in values), Decimal(0))


def kept(formset: Any) -> list[PartForm]:
    """The rows that say something, in the order the writer gave them."""
    found = []
    for place, row in enumerate(formset.forms):
        clean = getattr(row, "cleaned_data", {})
        if not row.is_blank and not clean.get("DELETE"):
            found.append((clean.get("ORDER") or len(formset.forms), place, row))
    return [row for _order, _place, row in sorted(found, key=lambda one: one[:2])]


def shown(contract: Contract) -> Sheet:
    milestones, payments = list(contract.milestones.all()), list(contract.payments.all())
    first = [{"id": m.pk, "title": m.title, "deliverable": m.deliverable, "due_date": m.due_date} for m in milestones]
    second = [
        {
            "id": p.pk,
            "title": p.title,
            "amount": p.amount,
            "due_date": p.due_date,
            "milestone": str(p.milestone_id or ""),
        }
        for p in payments
    ]
    return Sheet(
        contract,
        ContractForm(initial={**{name: getattr(contract, name) for name in TERMS}, "version": fingerprint(contract)}),
        MilestoneRows(prefix="milestones", initial=first or [{}]),
        PaymentRows(prefix="payments", initial=second or [{}], form_kwargs={"milestones": milestones}),
    )


def filled(contract: Contract, data: Any, *, version: str | None = None) -> Sheet:
    """What was typed. With `version`, the next save is meant for that state of the contract."""
    data = data.copy()
    if version is not None:
        data["version"] = version
    for prefix in ("milestones", "payments"):
        for count in ("TOTAL_FORMS", "INITIAL_FORMS"):
            data.setdefault(f"{prefix}-{count}", "0")
    return Sheet(
        contract,
        ContractForm(data),
        MilestoneRows(data, prefix="milestones"),
        PaymentRows(data, prefix="payments", form_kwargs={"milestones": list(contract.milestones.all())}),
    )


def fingerprint(contract: Contract) -> str:
    """Which text a form was drawn from: another one in the database means somebody else has saved meanwhile."""
    return digest(contract, list(contract.milestones.all()), list(contract.payments.all()))


def digest(contract: Contract, milestones: list[Milestone], payments: list[Payment]) -> str:
    place = {row.pk: number for number, row in enumerate(milestones)}
    said: list[Any] = [str(getattr(contract, name)) for name in TERMS]
    said += [[m.title, m.deliverable, str(m.due_date)] for m in milestones]
    said += [[p.title, str(p.amount), str(p.due_date), place.get(p.milestone_id, -1)] for p in payments]
    return hashlib.sha256(canonical(said)).hexdigest()[:16]


def _written(row: PartForm, held: dict[Any, Any], model: type[Any], names: tuple[str, ...]) -> Any:
    obj = held.get(row.cleaned_data.get("id")) or model()
    for name in names:
        setattr(obj, name, row.cleaned_data[name])
    return obj
