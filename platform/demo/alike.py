"""Needs of the demo that go together: two drafts close to a listing of another enterprise, and joint needs."""

from decimal import Decimal

from demo.needs import STORIES, Story, indicator
from demo.people import Cast
from needs.actions import save_need, start_need
from needs.models import Batch, Need
from partners.actions import invite_partner
from workflow.actions import perform

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


JOINT = {
    "title": "园区企业共用的含油废水深度处理",
    "field": "7",
    "keywords": ["含油废水", "膜分离", "回用"],
    "problem": "三家企业的清洗工序都产生乳化含油废水，各自处理成本高，出水含油波动，达不到回用要求。",
    "goal": "建成一套可移动的中试装置，在三家企业轮流运行各一个月，出水检测合格后验收。",
    "budget": Decimal("1200000"),
    "period_months": 12,
    "cooperation": ["commissioned"],
    "ownership": "joint",
}
ALSO = "几家的产线上有同样的问题，联合发榜，成果共用。"
SHARES = ((1, "30"), (2, "25"), (5, "15"))  # of the enterprises by number; the last one has not answered yet


def write_joint(cast: Cast, batch: Batch) -> Need:
    """enterprise@ leads, two have consented, one is still asked: the need cannot be handed in yet, and says why."""
    user, organisation = cast.enterprises[0]
    called = {"contact_name": user.name, "contact_phone": "0532-88880000", "region": "山东青岛高新区"}
    need = start_need(organisation=organisation, batch=batch, by=user, **JOINT, **called)
    rows = [indicator("出水含油 ≤ 5 mg/L | HJ 637"), indicator("吨水电耗 ≤ 1.2 kWh/t | 现场计量")]
    save_need(need, indicators=rows, by=user)
    for number, share in SHARES:
        manager, partner = cast.enterprises[number]
        note = "几家的清洗废水相近，联合发榜可以共用一套装置，费用按水量分摊。"
        row = invite_partner(need, organisation=partner, share=Decimal(share), note=note, by=user)
        if number != SHARES[-1][0]:
            perform(row, "consent", by=manager)
    return need


def posted_together(enterprises: int) -> list[Story]:
    """One story on each leg of the way: open, opened, under contract. None is led by enterprise@, who takes part."""
    led = [story for number, story in enumerate(STORIES) if number % enterprises > 1 and not story.rolling]
    return [next(story for story in led if story.state == state) for state in ("published", "opened", "contracted")]


def post_together(cast: Cast, need: Need) -> None:
    """With enterprise@ and another one; both have consented."""
    for number, share in ((0, "30"), (1, "20")):
        manager, partner = cast.enterprises[number]
        row = invite_partner(need, organisation=partner, share=Decimal(share), note=ALSO, by=need.created_by)
        perform(row, "consent", by=manager)


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
