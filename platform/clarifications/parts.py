"""Which parts of a bid may be put right, how each is read and how it is written back."""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from needs.models import Need
from proposals.content import TEXTS, answer_under, asked_of

ANSWER = {"value": 60, "evidence": 500, "method": 500, "risk": 500}  # characters; as the form of a bid has them
COLUMNS = {
    "value": gettext_lazy("响应值"),
    "evidence": gettext_lazy("依据"),
    "method": gettext_lazy("实现方法"),
    "risk": gettext_lazy("风险"),
}
IN_SHORT = ("value", "evidence")


@dataclass(frozen=True)
class Part:
    """`code` is `text:approach` or `answer:<indicator>:value`."""

    code: str
    label: str
    longest: int
    is_line: bool = False

    @property
    def field(self) -> str:
        return self.code.replace(":", "-")


def parts_of(need: Need) -> list[Part]:
    """All that may be asked about, in the order of the form. Never the price nor anything that sums up to it."""
    asked = asked_of(need)
    found = [Part(f"text:{name}", str(TEXTS[name][0]), TEXTS[name][1]) for name in asked.texts]
    columns = {name: label for name, label in COLUMNS.items() if asked.full or name in IN_SHORT}
    for indicator in need.indicators.all():
        found += [
            Part(
                f"answer:{indicator.pk}:{column}",
                _("指标“%(name)s”的%(what)s") % {"name": indicator.name, "what": label},
                ANSWER[column],
                is_line=column == "value",
            )
            for column, label in columns.items()
        ]
    return found


def read(content: dict[str, Any], code: str) -> str:
    kind, name, *column = code.split(":")
    if kind == "text":
        return str(content.get(name) or "")
    return str(getattr(answer_under(content, name), column[0]))


def written(content: dict[str, Any], changes: dict[str, str]) -> dict[str, Any]:
    """The content with these parts as they read now; the one that was given stays as it is."""
    fresh = deepcopy(content)
    for code, text in changes.items():
        kind, name, *column = code.split(":")
        if kind == "text":
            fresh[name] = text
        else:
            fresh.setdefault("answers", {}).setdefault(name, {})[column[0]] = text
    return fresh
