"""What the gallery shows in the components: one invented case, told twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace as Some
from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone


@dataclass(frozen=True)
class Stage:
    label: str
    value: int
    unit: str = "项"
    conversion: str = ""
    delta: str = ""
    definition: str = ""
    leak: bool = False
    href: str = "#funnel"


STAGES = (
    Stage("征集", 213, conversion="66.7 %", delta="+5", definition="已提交的需求，含退回后重报，按需求去重"),
    Stage("发榜", 142, conversion="每项 2.7 次", delta="+3", definition="取得榜单编号的需求"),
    Stage("对接", 388, "次", delta="+11", definition="双方确认过结果的一对一对接"),
    Stage("意向", 62, conversion="14.5 %", delta="+2", definition="双方确认、写明金额和下一步的意向", leak=True),
    Stage("签约", 9, conversion="33.3 %", delta="+1", definition="双方确认并上传签署页的合同"),
    Stage("验收", 3, delta="0", definition="全部里程碑验收通过的合同"),
)

PATH = ("草稿", "提交", "审核", "发榜", "截止", "开启", "选定", "签约", "完成")


def steps(now: datetime, here: int, off: str = "") -> list[Any]:
    line = []
    for i, label in enumerate(PATH):
        state = "done" if i < here else "ahead" if i > here or off else "now"
        line.append(Some(label=label, state=state, at=now - timedelta(days=6 * (here - i)) if i <= here else None))
    if off:
        line[here] = Some(label=off, state="off", at=now)
    return line


def offer(label: str, style: str = "plain", reason: str = "") -> Any:
    return Some(transition=Some(label=label, style=style), reason=reason, enabled=not reason, url="#moves")


def standing(key: str, due: datetime | None, **more: Any) -> Any:
    base = {
        "state": "揭榜中",
        "whose": "揭榜方",
        "since": timezone.now() - timedelta(days=9),
        "then": "两名工作人员开启方案",
    }
    return Some(**{**base, "due": due, "lamp": Some(key=key), "final": False, **more})


def samples() -> dict[str, Any]:
    now = timezone.now()
    soon, late = now + timedelta(days=6, hours=4, minutes=12), now - timedelta(days=5)
    rule = "揭榜截止前不能查看方案（《批次规则》第 6 条）。"
    return {
        "now": now,
        "soon": soon,
        "lamps": ("green", "blue", "yellow", "red"),
        "stages": STAGES,
        "shared": ["弹性体", "强冲击"],
        "steps_now": steps(now, 3),
        "steps_off": steps(now, 2, "已退回"),
        "offers": [
            offer("开启方案", "primary"),
            offer("发布更正"),
            offer("延长截止日期", reason="每个榜单只能延长一次，这个榜单已延长过。"),
            offer("终止榜单", "danger"),
        ],
        "offers_wait": [offer("开启方案", "primary", rule), offer("发布更正")],
        "standing_theirs": standing("blue", soon),
        "standing_mine": standing("green", soon, whose="管委会", then="通过后按计划时间发榜"),
        "standing_late": standing("red", late, whose="管委会"),
        "standing_open": standing("green", None, whose="发榜方"),
        "standing_final": standing("green", None, state="已完成", final=True),
        "indicators": [
            Some(name="拉伸强度", requirement="≥ 25 MPa", test_method="GB/T 528", is_hard=True),
            Some(name="断裂伸长率", requirement="300–450 %", test_method="GB/T 528", is_hard=True),
            Some(name="耐盐雾", requirement="≥ 1000 h", test_method="", is_hard=False),
        ],
        "facets": [
            Some(label="新材料", count=14, href="#facets", active=True),
            Some(label="高端装备", count=11, href="#facets", active=False),
            Some(label="新一代信息技术", count=8, href="#facets", active=False),
        ],
        "page": Paginator(range(142), 10).page(5),
    }
