"""Listings of large sum in the demo: one under a key that three people hold, one whose custodians are still to come."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from core import clock
from core.workdays import closing_after
from custody.dealing import name_custodian
from custody.holding import issue, prove_by_key
from custody.states import Seat
from demo.batches import CONTACT, RULES
from demo.needs import indicator
from demo.people import Cast
from diagnoses.checklist import fill_checklist
from diagnoses.codes import Item, Verdict
from needs.actions import publish_now, save_need, start_batch, start_need
from needs.models import Batch, Need
from workflow.actions import perform

FROM = Decimal(3000000)
DEALT = (
    "大型储罐用高强钢低温焊接接头韧性提升", "接头冲击功离散，低温下个别焊缝不合格，返修率高。",
    "形成焊材与热输入窗口，批量接头低温冲击稳定合格，第三方评定后移交工艺文件。", "冲击吸收能量 ≥ 60 J | GB/T 2650",
)  # fmt: skip
WAITING = (
    "兆瓦级电解槽隔膜规模化制备", "进口隔膜价格高、供货周期长，国产样品面电阻偏大、批次差异明显。",
    "建成中试线，隔膜性能达到指标，连续运行考核合格后验收。", "面电阻 ≤ 0.25 Ω·cm² | 供需双方约定",
)  # fmt: skip


def keep_in_three(cast: Cast) -> dict[str, str]:
    """What stands on the three custodians' paper, by login: the demo has no safe to lock it in."""
    batch = start_batch(
        by=cast.staff["officer"],
        title="大额项目揭榜（密钥三人分管）",
        rules=RULES,
        contact=CONTACT,
        window=timedelta(days=30),
        window_min=timedelta(minutes=2),
        window_max=timedelta(days=60),
        custody_from=FROM,
    )
    perform(batch, "open", by=cast.staff["reviewer"])
    owner, organisation = cast.enterprises[5]
    rows = dict(_named(cast, _approved(cast, batch, owner, organisation, DEALT)))
    keys = {login: issue(row, by=row.person) for login, row in rows.items()}
    for login, row in rows.items():
        prove_by_key(row, keys[login], by=row.person)
    dealt = rows["leader"].need
    publish_now(dealt, by=cast.staff["leader"], bid_deadline=closing_after(clock.now() + timedelta(days=25)))
    _named(cast, _approved(cast, batch, owner, organisation, WAITING))
    return keys


def _approved(cast: Cast, batch: Batch, owner: Any, organisation: Any, said: tuple[str, str, str, str]) -> Need:
    title, problem, goal, line = said
    need = start_need(
        organisation=organisation,
        batch=batch,
        by=owner,
        title=title,
        field="8" if said is DEALT else "6",
        region="山东青岛高新区",
        keywords=["低温焊接", "韧性"] if said is DEALT else ["电解槽", "隔膜"],
        problem=problem,
        goal=goal,
        budget=FROM + 800000,
        period_months=18,
        cooperation=["commissioned"],
        ownership="joint",
        contact_name=owner.name,
        contact_phone="0532-88880000",
        source_note="演示所拟",
        industry="35" if said is DEALT else "38",
    )
    save_need(need, indicators=[indicator(line)], by=owner)
    perform(need, "submit", by=owner)
    officer = cast.staff["officer"]
    fill_checklist(need, dict.fromkeys(Item, (Verdict.MET, "")), by=officer)
    need.refresh_from_db()
    perform(need, "screen", by=officer)
    perform(need, "approve", by=cast.staff["reviewer"])
    return need


def _named(cast: Cast, need: Need) -> list[tuple[str, Any]]:
    seats = {
        "leader": (Seat.LEADER, cast.staff["leader"]),
        "inspector": (Seat.INSPECTOR, cast.staff["inspector"]),
        "agency": (Seat.OUTSIDE, cast.agencies[0][0]),
    }
    by = cast.staff["reviewer"]
    return [(login, name_custodian(need, seat=seat, person=who, by=by)) for login, (seat, who) in seats.items()]
