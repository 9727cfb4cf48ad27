"""Annexes in the demo: one enterprise lets teams ask; one request waits, one is granted and read, one was refused."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from annexes.actions import ask, note_read, save_terms
from annexes.queries import agreement_in_force
from annexes.states import What
from demo.people import Cast
from needs.models import Need
from teams.models import Team
from workflow.actions import perform

NOTE = """现场设备型号、近三年运行记录和失效样品的检测数据见附件。
关键工序的温度、压力区间和配比属于本单位技术秘密，只供揭榜团队判断技术路线。
现用供应商及采购价格不对外提供，见面时另行说明。"""
PURPOSE = "核对现场设备和运行数据，判断我们的技术路线能否达到指标。"
REFUSE = {"code": "purpose", "reason": "请说明准备用哪些数据、用来判断什么，补充后可以再申请一次。"}
DRAWING = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<>>>>endobj
4 0 obj<</Length 87>>stream
2 w 90 300 m 505 300 l 505 640 l 90 640 l h S 150 360 295 220 re S 297 470 m 505 640 l S
endstream endobj
trailer<</Root 1 0 R>>
%%EOF
"""


def drawing() -> SimpleUploadedFile:
    return SimpleUploadedFile("产线布置示意图.pdf", DRAWING, content_type="application/pdf")


def offer_annexes(cast: Cast, needs: list[tuple[Any, Need, Any]]) -> None:
    """The first enterprise's listings that are open for bids."""
    first = cast.enterprises[0][0]
    chosen = [need for story, need, owner in needs if story.state == "published" and owner == first]
    for turn, need in enumerate(chosen):
        save_terms(need, offered=True, auto_grant=False, own_text="", by=first)
        if turn == 0:
            for outcome, (leader, team) in zip(("grant", "", "refuse"), cast.teams, strict=False):
                _ask_for(need, team, outcome, leader=leader, owner=first)


def _ask_for(need: Need, team: Team, outcome: str, *, leader: Any, owner: Any) -> None:
    made = ask(need, team=team, purpose=PURPOSE, sha256=agreement_in_force(need).sha256, by=leader)
    if outcome:
        perform(made, outcome, by=owner, data=REFUSE if outcome == "refuse" else None)
    if outcome == "grant":
        note_read(made, what=What.PAGE, by=leader)
        note_read(made, what=What.TEXT, by=leader, is_marked=True)
