"""What stands between a bid and its submission, section by section, each with the place to go to."""

from typing import Any

from django.utils.translation import gettext_lazy

from proposals.content import Gap as Lack
from proposals.content import gaps
from web.steps import Gap, Part, in_a_row
from web.teams.sheet import Sheet
from web.templatetags.fields import error_list

PARTS = (
    ("what", gettext_lazy("方案")),
    ("answers", gettext_lazy("指标响应")),
    ("plan", gettext_lazy("进度与经费")),
    ("team", gettext_lazy("团队与基础")),
    ("terms", gettext_lazy("风险、知识产权与承诺")),
    ("files", gettext_lazy("附件")),
)
OF_FORM = {
    "price": "plan", "period_months": "plan", "basis": "team", "risk": "terms", "guarantee": "terms",
    "benefit": "terms", "ownership": "terms", "rights": "terms", "pledged": "terms",
}  # fmt: skip


def parts(sheet: Sheet, content: dict[str, Any]) -> list[Part]:
    """Every section with what it lacks in `content`: first what was typed wrong, then what is missing."""
    made = [Part(*one) for one in PARTS]
    by_key = {part.key: part for part in made}
    by_key["files"].begun = bool(content.get("files"))
    for key, form in _forms(sheet):
        if form.is_bound:
            for error in error_list(form):
                name = error["id"].removeprefix("id_").removesuffix("_0")
                by_key[key or OF_FORM.get(name, "what")].gaps.append(_wrong(error, key))
    wrong = {gap.href for part in made for gap in part.gaps}
    for lack in gaps(sheet.proposal.need, content):
        if lack.part in by_key and f"#{lack.place}" not in wrong:
            by_key[lack.part].gaps.append(as_gap(lack))
    return in_a_row(made)


def as_gap(lack: Lack) -> Gap:
    return Gap(lack.phrase, f"#{lack.place}")


def _forms(sheet: Sheet) -> list[tuple[str, Any]]:
    """Each form with the section it belongs to; the main one has fields in several."""
    rows = [("plan", sheet.milestones), ("plan", sheet.budget), ("team", sheet.members)]
    return [
        ("", sheet.form),
        *(("answers", answer.form) for answer in sheet.answers),
        *((key, part) for key, part in rows if part is not None),
    ]


def _wrong(error: dict[str, str], key: str) -> Gap:
    return Gap(error["text"], f"#{error['id']}" if error["id"] else f"#part-{key or 'what'}", wrong=True)
