"""Cases on their way to a diagnosis, for tests: given to Yun's agency, taken, written about, reworded."""

import copy
from decimal import Decimal
from typing import Any

import world
from core import clock
from diagnoses.actions import offer, write_entry
from diagnoses.models import Assignment, Entry, Rewrite
from diagnoses.rewriting import propose
from needs.models import Indicator, Need
from people import Cast
from workflow.actions import perform

DECLINE = {"code": "busy", "reason": "本月已接三项诊断，人手排到下月初。"}
TAKE_BACK = {"reason": "企业希望先自行修改，暂不需要诊断。"}
CONCLUSION = {"conclusion": "真正的难题在焊缝处的低温冲击，指标应改为该处的冲击强度。"}
TASK = "到车间看开裂部位，把指标写成可检测的数值。"


def submitted(cast: Cast, **fields: Any) -> Need:
    return world.need(cast, status="submitted", **fields)


def offered(cast: Cast, need: Need | None = None, **given: Any) -> Assignment:
    """To Yun's agency, by Guan."""
    given = {"duty": "diagnosis", "task": TASK, "by": cast.guan, **given}
    if "officer" not in given:
        given.setdefault("agency", cast.agency)
    cast.yun.forget_rights()
    return offer(need or submitted(cast), **given)


def handover(cast: Cast, need: Need | None = None) -> Assignment:
    """From Guan to Gao."""
    return offered(cast, need, duty="handover", officer=cast.gao)


def accepted(cast: Cast, need: Need | None = None, **given: Any) -> Assignment:
    made = offered(cast, need, **given)
    perform(made, "accept", by=given.get("officer") or cast.yun)
    return made


def entry(cast: Cast, of: Assignment, *, found: str = "三块样板都在焊缝旁 5 mm 内开裂。", by: Any = None) -> Entry:
    return write_entry(of, on=clock.today(), how="visit", found=found, next_step="周五前补送样板。", by=by or cast.yun)


def done(cast: Cast, need: Need | None = None) -> Assignment:
    made = accepted(cast, need)
    entry(cast, made)
    perform(made, "finish", by=cast.yun, data=CONCLUSION)
    return made


def reworded(need: Need, **words: Any) -> tuple[Need, list[Indicator]]:
    """The need in better words: one field, one figure changed, one row more, one gone."""
    wanted = copy.copy(need)
    for name, value in {"problem": "焊缝旁 5 mm 内在 −20 ℃ 冲击后开裂，三家样品均不合格。", **words}.items():
        setattr(wanted, name, value)
    rows = [row for row in world.indicators() if row.name != "施工性能"]
    rows[0].value = Decimal("28")
    rows.append(Indicator(name="低温冲击", operator="ge", value=Decimal("15"), unit="kJ/m²", test_method="GB/T 1843"))
    return wanted, rows


def rewrite(
    cast: Cast, of: Assignment | None = None, *, need: Need | None = None, by: Any = None, **words: Any
) -> Rewrite:
    """By Yun, for an assignment she has accepted."""
    if of is None and need is None:
        of = accepted(cast)
    need = Need.objects.get(pk=of.need_id) if of else need
    assert need is not None
    wanted, rows = reworded(need, **words)
    return propose(need, wanted=wanted, indicators=rows, reason="按现场看到的情况把指标写实。", by=by or cast.yun)


def answers(of: Rewrite, *refused: str) -> dict[Any, str]:
    """Everything taken but for the fields named."""
    return {line.pk: "refused" if line.field in refused else "accepted" for line in of.lines.all()}
