"""Listings with a protected annex, and requests to read it, as far along as a test needs them."""

from typing import Any

import journey
from annexes.actions import ask, save_terms
from annexes.models import AnnexRequest
from annexes.queries import agreement_in_force
from needs.models import Need
from workflow.actions import perform

PURPOSE = "核对配方体系和产线参数，判断路线能否达到指标。"
OWN = (
    "查阅单位只为编写本榜单的方案使用所提供的资料，保密五年，不得向任何第三方提供，违约赔偿全部损失，"
    "争议由发榜方所在地法院管辖。"
)
REASON = {"code": "other", "reason": "请先说明准备用哪些数据再申请。"}


def offered(cast: Any, *, own_text: str = "", auto_grant: bool = False, **given: Any) -> Need:
    need = journey.published(cast, confidential="机密配方 KX-77，固化温度 128 ℃。", **given)
    save_terms(need, offered=True, auto_grant=auto_grant, own_text=own_text, by=cast.alice)
    return need


def asked(cast: Any, need: Need, *, team: Any = None, by: Any = None) -> AnnexRequest:
    sha = agreement_in_force(need).sha256
    return ask(need, team=team or cast.team, purpose=PURPOSE, sha256=sha, by=by or cast.tao)


def granted(cast: Any, need: Need) -> AnnexRequest:
    made = asked(cast, need)
    perform(made, "grant", by=cast.alice)
    return made
