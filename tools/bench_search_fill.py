"""Ten thousand listings for `bench_search`: of the size of real ones, the same every time, each in words of its own."""

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

LISTINGS = 10_000
PARTS = [
    "涂层",
    "轴承",
    "电解质膜",
    "PVB膜片",
    "传感器",
    "密封件",
    "催化剂",
    "弹性体",
    "合金线材",
    "光学镜头",
    "工控机",
    "机器视觉",
    "储能电芯",
    "粉尘",
    "酶制剂",
]
WANTS = [
    "耐高温",
    "高强度",
    "低功耗",
    "防腐",
    "轻量化",
    "国产化",
    "高精度",
    "可降解",
    "抗冲击",
    "自修复",
    "长寿命",
    "快速固化",
]
ACTS = ["材料开发", "工艺优化", "结构改进", "在线检测", "寿命预测", "批量制备", "系统集成", "算法研究"]
SITES = ["产线", "海上风电", "冷链", "轨道交通", "石化装置", "半导体洁净室", "农机", "船舶", "医院", "矿山"]
REGIONS = [
    "青岛高新区",
    "青岛市",
    "济南市",
    "上海市",
    "烟台市",
    "潍坊市",
    "深圳市",
    "苏州市",
    "合肥市",
    "武汉市",
    "西安市",
    "成都市",
    "沈阳市",
    "长沙市",
]
STATES = ("published",) * 4 + (
    "closed",
    "opened",
    "selected",
    "contracted",
    "completed",
    "completed",
    "failed",
    "no_bid",
)
COOPERATION = ("commissioned", "joint", "transfer", "license")


def fill(cast: Any = None) -> None:
    """One listing made the proper way; the others stand beside it, straight in the table, past the guards."""
    from django.db import connection, transaction

    import world
    from needs.models import Indicator, Need
    from people import Cast

    first = world.listed(cast or Cast())
    chance = random.Random(20261)  # noqa: S311  the same rows every time
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL session_replication_role = replica")
        made = [like(first, number, chance) for number in range(2, LISTINGS + 1)]
        Need.objects.bulk_create([need for need, _rows in made], batch_size=500)
        Indicator.objects.bulk_create([row for _need, rows in made for row in rows], batch_size=2000)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def like(first: Any, number: int, chance: random.Random) -> tuple[Any, list[Any]]:
    """A listing of the size of a real one, in words of its own."""
    from core.search import tokens
    from needs.models import Indicator, Need

    topic = [chance.sample(words, 2) for words in (PARTS, WANTS, ACTS, SITES)]
    part, want, act, site = (words[0] for words in topic)
    age = timedelta(hours=chance.randrange(24 * 400))
    state = chance.choice(STATES)
    published = first.published_at - (age % timedelta(days=25) if state == "published" else age)
    title = f"{site}用{want}{part}{act}（{number}）"
    need = Need(
        organisation=first.organisation,
        batch=first.batch,
        created_by=first.created_by,
        status=state,
        status_since=published,
        application_number=f"JB-申-{number:06d}",
        number=f"JB-2026-Q4-{number:05d}",
        title=title,
        field=str(chance.randrange(1, 9)),
        industry=f"{chance.randrange(13, 44)}",
        keywords=[part, want],
        region=chance.choice(REGIONS),
        problem=sentences(chance, topic, 8),
        present=sentences(chance, topic, 5),
        goal=sentences(chance, topic, 5),
        conditions=sentences(chance, topic, 2),
        budget=None if chance.random() < 0.2 else Decimal(chance.randrange(10, 800)) * 10_000,
        period_months=chance.randrange(6, 36),
        cooperation=chance.sample(COOPERATION, chance.randrange(1, 3)),
        ownership="joint",
        contact_name="张工",
        contact_phone="0532-88880000",
        submitted_at=published,
        published_at=published,
        bid_deadline=published + timedelta(days=chance.randrange(26, 60)),
        public_key=first.public_key,
        wrapped_key=first.wrapped_key,
        published_hash=first.published_hash,
    )
    rows = [
        Indicator(need=need, position=n, name=f"{chance.choice(WANTS)}指标", operator="ge", value=n + 1, unit="MPa")
        for n in range(5)
    ]
    words = [title, need.region, need.get_field_display(), part, want, need.problem, need.goal, need.present]
    need.search_text = tokens(" ".join(str(word) for word in words))
    return need, rows


def sentences(chance: random.Random, topic: list[list[str]], many: int) -> str:
    parts, wants, acts, sites = topic
    return "".join(
        f"{chance.choice(sites)}现用{chance.choice(parts)}在{chance.randrange(80, 400)} ℃下{chance.choice(acts)}不足，"
        f"需要{chance.choice(wants)}方案。"
        for _n in range(many)
    )
