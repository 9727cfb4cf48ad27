"""How the demo's bids are looked at for their form: most pass, one has a paper to hand in, one waits on the desk."""

from demo.people import Cast
from needs.models import Need
from proposals.models import Vetting
from proposals.vetting_moves import mark
from workflow.actions import perform

IN_ORDER = {"papers": ("met", ""), "signature": ("met", "")}
LACKING = {"papers": ("unmet", "缺近三年同类项目的合同首页"), "signature": ("met", "")}
ASKED = "请补交近三年同类项目的合同首页扫描件，方案内容不用改。"


def vet(cast: Cast, need: Need, under_way: bool) -> None:
    """Passed, all of them; or with the work half done."""
    officer = cast.staff["officer"]
    rows = Vetting.objects.filter(proposal__need=need, status="checking").order_by("proposal__price")
    for place, row in enumerate(rows):
        if under_way and place == 0:
            continue
        lacks = under_way and place == 1
        mark(row, LACKING if lacks else IN_ORDER, by=officer)
        perform(row, "correct" if lacks else "pass", by=officer, data={"asked": ASKED} if lacks else None)
    need.refresh_from_db()
