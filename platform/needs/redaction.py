"""What in the public part of a need might give away more than was meant: names, people, numbers, process values.

It marks and advises, and never changes a word. Only a mobile number or an identity card in public stops a need: what
the zone publishes never carries them (`needs.rules.no_personal_numbers`). The phrases are in `needs.secrets`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import verbose_name
from core.personal import NARROW, carries_number, identities, mobiles
from needs import secrets
from needs.additions import answers, questions
from needs.models import Batch, Indicator, Need

AROUND = 24  # characters of the sentence shown on either side


class Secret(models.TextChoices):
    """In the order in which a place that could be two things is taken for one."""

    IDENTITY = "identity", _("身份证号")
    MOBILE = "mobile", _("手机号")
    MAIL = "mail", _("邮箱")
    PHONE = "phone", _("电话或社交账号")
    ORGANISATION = "organisation", _("单位名称")
    PERSON = "person", _("人名")
    PRODUCT = "product", _("型号或图号")
    PROCESS = "process", _("工艺参数")


WHY = {
    Secret.IDENTITY: _("公开内容不能有身份证号，删去后才能提交。"),
    Secret.MOBILE: _("公开内容不能有手机号，删去后才能提交；联系方式填在“联系人”一栏，不公开。"),
    Secret.MAIL: _("公开后会被自动收集。团队通过平台联系您，不需要写邮箱。"),
    Secret.PHONE: _("公开后会被自动收集。团队通过平台联系您，不需要写电话。"),
    Secret.ORGANISATION: _("可能暴露客户、供应商或合作单位；本单位名称榜单上已经有了。"),
    Secret.PERSON: _("榜单是公开的，不写个人姓名。"),
    Secret.PRODUCT: _("同行能由型号、图号认出产品和客户，换成通称即可。"),
    Secret.PROCESS: _("现用的温度、压力、配比往往就是技术秘密；要达到的指标不在此列。"),
}
BLOCKING = (Secret.IDENTITY, Secret.MOBILE)
TEXTS = ("title", "problem", "present", "goal", "conditions", "deliverables_note", "region")


@dataclass(frozen=True)
class Mark:
    field: str
    label: str
    kind: Secret
    before: str
    text: str
    after: str

    @property
    def why(self) -> object:
        return WHY[self.kind]

    @property
    def blocks(self) -> bool:
        return self.kind in BLOCKING


def marks(need: Need, indicators: Sequence[Indicator] | None = None) -> list[Mark]:
    """Every place worth a second look, in the order of the form; the same words in one field once.

    `indicators` as they are to read; else the need's own.
    """
    found: dict[tuple[str, str, str], Mark] = {}
    for field, label, text in _public_texts(need, indicators):
        for kind, start, end in spans(text, need, process=field not in ("keywords", "indicators")):
            mark = Mark(field, label, kind, _left(text, start), text[start:end], _right(text, end))
            found.setdefault((field, kind, mark.text), mark)
    return list(found.values())


def personal_numbers(need: Need, indicators: Sequence[Indicator] | None = None) -> list[str]:
    """The labels of the public fields that carry a mobile number or an identity card."""
    return list(dict.fromkeys(mark.label for mark in marks(need, indicators) if mark.blocks))


def numbers_in_batch(batch: Batch) -> list[str]:
    """The same of a batch: the settings in words, the pages of its guide and its own questions, all public."""
    texts = {name: [getattr(batch, name)] for name in ("title", "notice", "contact", "rules")}
    texts["guide"] = [text for page in batch.guide for text in page.values()]
    texts["additions"] = [text for row in questions(batch) for text in (row.label, row.help, *row.choices)]
    return [verbose_name(Batch, name) for name, said in texts.items() if any(map(carries_number, said))]


def _public_texts(need: Need, indicators: Sequence[Indicator] | None) -> Iterator[tuple[str, str, str]]:
    for name in TEXTS:
        yield name, verbose_name(Need, name), getattr(need, name)
    yield "keywords", verbose_name(Need, "keywords"), "、".join(need.keywords)
    for answer in answers(need, public_only=True):
        if isinstance(answer.value, str):
            yield answer.question.field, answer.question.label, answer.value
    for row in need.indicators.all() if indicators is None else indicators:
        said = "，".join(part for part in (row.name, row.text, row.test_method) if part)
        yield "indicators", str(_("技术指标")), said


def spans(text: str, need: Need, *, process: bool = True) -> list[tuple[Secret, int, int]]:
    """(kind, from, to) of every hit, none over another."""
    taken: list[tuple[Secret, int, int]] = []
    plain = text.translate(NARROW)  # the same length: full-width digits and letters as narrow ones
    for kind in Secret:
        if kind == Secret.PROCESS and not process:
            continue
        for start, end in _found(kind, plain, need):
            if all(end <= a or b <= start for _kind, a, b in taken):
                taken.append((kind, start, end))
    return sorted(taken, key=lambda one: one[1])


def _found(kind: Secret, text: str, need: Need) -> Iterator[tuple[int, int]]:
    match kind:
        case Secret.IDENTITY:
            yield from identities(text)
        case Secret.MOBILE:
            yield from mobiles(text)
        case Secret.MAIL:
            yield from (m.span() for m in secrets.MAIL.finditer(text))
        case Secret.PHONE:
            yield from (m.span() for m in secrets.PHONE.finditer(text))
        case Secret.ORGANISATION:
            yield from _words(text, secrets.short_names(need.organisation.name))
            yield from secrets.organisations(text)
        case Secret.PERSON:
            yield from _words(text, [need.contact_name] if len(need.contact_name) > 1 else [])
            yield from secrets.persons(text)
        case Secret.PRODUCT:
            yield from secrets.products(text)
        case Secret.PROCESS:
            yield from secrets.process_values(text)


def _words(text: str, words: list[str]) -> Iterator[tuple[int, int]]:
    for word in words:
        start = text.find(word)
        while start >= 0:
            yield start, start + len(word)
            start = text.find(word, start + len(word))


def _left(text: str, start: int) -> str:
    cut = secrets.SENTENCE.split(text[:start])[-1]
    return ("…" if len(cut) > AROUND else "") + cut[-AROUND:]


def _right(text: str, end: int) -> str:
    cut = secrets.SENTENCE.split(text[end:])[0]
    return cut[:AROUND] + ("…" if len(cut) > AROUND else "")
