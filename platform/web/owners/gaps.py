"""What stands between a draft and its submission, section by section, each with the place to go to."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.models import verbose_name
from needs import rules
from needs.additions import unanswered
from needs.models import Need
from needs.redaction import Mark, marks
from web.owners.sheet import Sheet
from web.steps import Gap, Part, in_a_row
from web.templatetags.fields import error_list

PARTS = (
    (
        "what",
        gettext_lazy("难题"),
        ("title", "kind", "field", "industry", "problem", "present", "goal", "keywords", "activity", "region"),
    ),
    ("indicators", gettext_lazy("技术指标"), ("deliverables", "deliverables_note")),
    (
        "terms",
        gettext_lazy("合作与资金"),
        (
            "budget",
            "period_months",
            "cooperation",
            "ownership",
            "conditions",
            "funding",
            "improvements",
            "engagements",
        ),
    ),
    ("maturity", gettext_lazy("单位与联系人"), ("contact_name", "contact_phone", "trl_now", "trl_target")),
    ("private", gettext_lazy("非公开部分与附件"), ("confidential",)),
)


def parts(sheet: Sheet) -> list[Part]:
    """Every section with what it lacks: first what was typed wrong, then what is missing."""
    made = [Part(*one) for one in PARTS]
    if sheet.answers.asked:  # before the part that is not public
        made.insert(-1, _additions(sheet))
    in_a_row(made)
    where = {name: part for part in made for name in part.fields}
    by_key = {part.key: part for part in made}
    for name in sheet.form.errors if sheet.form.is_bound else ():
        if name in where:
            where[name].gaps += [_wrong(e) for e in error_list(sheet.form) if _is_of(name, e["id"])]
    by_key["indicators"].gaps += [_wrong(error) for error in error_list(sheet.rows)]
    for name in rules.missing_fields(sheet.need):
        wrong = sheet.form.is_bound and name in sheet.form.errors
        if not wrong:
            where[name].gaps.append(Gap(_missing(name), f"#id_{name}"))
    by_key["private"].begun = bool(sheet.need.confidential)
    if not by_key["indicators"].gaps and (reason := rules.has_quantified_indicator(sheet.need)):
        by_key["indicators"].gaps.append(Gap(reason, "#part-indicators"))
    for mark in marks(sheet.need):
        if mark.blocks:
            where.get(mark.field, by_key.get(mark.field, made[0])).gaps.append(_given_away(mark))
    if reason := rules.budget_within_batch(sheet.need):
        where["budget"].gaps.append(Gap(reason, "#id_budget"))
    return made


def _additions(sheet: Sheet) -> Part:
    """What the batch asks besides."""
    form = sheet.answers
    part = Part("additions", _("附加项"), tuple(question.field for question in form.asked))
    part.begun = bool(sheet.need.answers)
    wrong = set(form.errors) if form.is_bound else set()
    part.gaps += [_wrong(error) for error in (error_list(form) if form.is_bound else ())]
    part.gaps += [
        Gap(_("还没填写%(field)s") % {"field": question.label}, f"#id_{question.field}")
        for question in unanswered(sheet.need)
        if question.field not in wrong
    ]
    return part


def outside(need: Need) -> list[Gap]:
    """What no field of this form can mend."""
    found = []
    if reason := rules.organisation_is_verified(need):
        found.append(Gap(reason, need.organisation.get_absolute_url()))
    if reason := rules.batch_is_open(need):
        found.append(Gap(reason, reverse("need_edit", args=[need.pk]) + "#batch"))
    return found


def _is_of(name: str, place: str) -> bool:
    """Whether the control belongs to the field: its own, or one of its boxes."""
    return re.fullmatch(rf"id_{name}(_\d+)?", place) is not None


def _wrong(error: dict[str, str]) -> Gap:
    return Gap(error["text"], f"#{error['id']}" if error["id"] else "#part-indicators", wrong=True)


def _given_away(mark: Mark) -> Gap:
    text = _("“%(field)s”里有%(kind)s，公开内容不能有") % {"field": mark.label, "kind": mark.kind.label}
    return Gap(text, "#part-indicators" if mark.field == "indicators" else f"#id_{mark.field}", wrong=True)


def _missing(name: str) -> str:
    return _("还没填写%(field)s") % {"field": verbose_name(Need, name)}
