"""What stands between a draft and its submission, section by section, each with the place to go to."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import verbose_name
from needs import rules
from needs.models import Need
from needs.redaction import Mark, marks
from web.owners.sheet import Sheet
from web.templatetags.fields import error_list
from workflow.registry import machine_for

Text = str | Promise


@dataclass(frozen=True)
class Gap:
    text: Text
    href: str
    wrong: bool = False  # typed, but not right yet; otherwise missing


@dataclass
class Part:
    """One section of the form."""

    key: str
    title: Text
    fields: tuple[str, ...] = ()
    gaps: list[Gap] = field(default_factory=list)


PARTS = (
    ("what", gettext_lazy("难题"), ("title", "kind", "field", "keywords", "region", "problem", "present", "goal")),
    ("indicators", gettext_lazy("技术指标"), ()),
    (
        "terms",
        gettext_lazy("合作与资金"),
        ("budget", "period_months", "cooperation", "ownership", "conditions"),
    ),
    ("maturity", gettext_lazy("成熟度与联系人"), ("trl_now", "trl_target", "contact_name", "contact_phone")),
    ("private", gettext_lazy("非公开部分与附件"), ("confidential",)),
)


def parts(sheet: Sheet) -> list[Part]:
    """Every section with what it lacks: first what was typed wrong, then what is missing."""
    made = [Part(*one) for one in PARTS]
    where = {name: part for part in made for name in part.fields}
    by_key = {part.key: part for part in made}
    for name in sheet.form.errors if sheet.form.is_bound else ():
        if name in where:
            where[name].gaps += [_wrong(e) for e in error_list(sheet.form) if e["id"].startswith(f"id_{name}")]
    by_key["indicators"].gaps += [_wrong(error) for error in error_list(sheet.rows)]
    for name in rules.missing_fields(sheet.need):
        wrong = sheet.form.is_bound and name in sheet.form.errors
        if not wrong:
            where[name].gaps.append(Gap(_missing(name), f"#id_{name}"))
    if not by_key["indicators"].gaps and (reason := rules.has_quantified_indicator(sheet.need)):
        by_key["indicators"].gaps.append(Gap(reason, "#part-indicators"))
    for mark in marks(sheet.need):
        if mark.blocks:
            where.get(mark.field, by_key.get(mark.field, made[0])).gaps.append(_given_away(mark))
    if reason := rules.budget_within_batch(sheet.need):
        where["budget"].gaps.append(Gap(reason, "#id_budget"))
    return made


def outside(need: Need) -> list[Gap]:
    """What no field of this form can mend."""
    found = []
    if reason := rules.organisation_is_verified(need):
        found.append(Gap(reason, need.organisation.get_absolute_url()))
    if reason := rules.batch_is_open(need):
        found.append(Gap(reason, "#batch"))
    return found


def may_be_submitted(need: Need, user: Any) -> bool:
    return not machine_for(need).by_name["submit"].why_not(need, user)


def _wrong(error: dict[str, str]) -> Gap:
    return Gap(error["text"], f"#{error['id']}" if error["id"] else "#part-indicators", wrong=True)


def _given_away(mark: Mark) -> Gap:
    text = _("“%(field)s”里有%(kind)s，公开内容不能有") % {"field": mark.label, "kind": mark.kind.label}
    return Gap(text, "#part-indicators" if mark.field == "indicators" else f"#id_{mark.field}", wrong=True)


def _missing(name: str) -> str:
    return _("还没填写%(field)s") % {"field": verbose_name(Need, name)}
