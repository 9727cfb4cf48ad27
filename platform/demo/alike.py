"""Needs of the demo that ask for nearly the same: two drafts of one enterprise, close to a listing of another."""

from decimal import Decimal

from demo.needs import indicator
from demo.people import Cast
from needs.actions import save_need, start_need
from needs.models import Batch, Need

OLDER = {
    "title": "化工储罐用耐高温水性防腐涂层",
    "field": "4",
    "keywords": ["水性涂料", "防腐", "耐高温"],
    "problem": "储罐外壁在高温高腐蚀环境下，溶剂型涂料环保不达标，普通水性涂料半年就起泡。",
}
NEWER = {
    "title": "水性防腐涂料耐温与耐盐雾提升",
    "field": "4",
    "keywords": ["水性涂料", "防腐", "低VOC"],
    "problem": "现用水性防腐涂料在高温高腐蚀工况下寿命短，需要环保又耐久的水性体系。",
    "goal": "现场挂片三个月，耐温和耐盐雾检测合格后验收。",
    "budget": Decimal("600000"),
    "period_months": 9,
    "cooperation": ["commissioned"],
    "ownership": "client",
}


def write_alike(cast: Cast, batch: Batch) -> list[Need]:
    """Open the newer one as enterprise@: the panel beside the form shows the older one and the signed contract."""
    user, organisation = cast.enterprises[0]
    drafts = []
    for said in (OLDER, NEWER):
        called = {"contact_name": user.name, "contact_phone": "0532-88880000", "region": "山东青岛高新区"}
        drafts.append(start_need(organisation=organisation, batch=batch, by=user, **said, **called))
    save_need(
        drafts[1],
        indicators=[indicator("耐温 ≥ 150 ℃ | GB/T 1735"), indicator("耐盐雾 ≥ 1000 h | GB/T 1771")],
        by=user,
    )
    return drafts
