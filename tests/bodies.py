"""What a form of ours would send, to each address that takes one."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

import paper
import world
from annexes.models import Terms
from annexes.queries import agreement_in_force
from canaries import PDF, Thing
from core import clock
from little_zone import Zone
from needs.models import Need
from people import uscc
from proposals.consortium import Participant
from proposals.models import Proposal


def pdf() -> SimpleUploadedFile:
    return SimpleUploadedFile("upload.pdf", PDF, content_type="application/pdf")


def sheet() -> SimpleUploadedFile:
    return SimpleUploadedFile("needs.csv", "需求名称\n新的需求\n".encode(), content_type="text/csv")


def uploaded(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("征集表.docx", paper.side_by_side()), "batch": zone.sealed.pk}


def looked_at(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {"file": sheet(), "batch": zone.sealed.pk}


def clarifying(zone: Zone, thing: Thing) -> dict[str, Any]:
    return dict(world.UNCLEAR)


MOVES: dict[str, Callable[[], dict[str, Any]]] = {
    "publish": lambda: {"bid_deadline": f"{clock.now() + timedelta(days=20):%Y-%m-%d %H:%M}"},
    "report": lambda: {"report": "样片三件已送检，强度 27 MPa。", "evidence": pdf()},
    "answer": lambda: {"answer": "基材由我方提供。", "reply": "依据已换成新样品的报告。", "text-approach": "新路线。"},
    "reply": lambda: {"reply": "以第三方检测报告为准。"},
    "ask_again": lambda: {"share": "20"},
    "pay": lambda: {"paid_on": f"{clock.today()}"},
    "postpone": lambda: {
        "starts_at": f"{clock.now() + timedelta(days=4):%Y-%m-%dT%H:%M}",
        "place": "线上会议",
        "reason": "当天要迎检，改一天。",
    },
    "write": lambda: {
        "result": "followup",
        "came": "爱丽丝、芮老师",
        "said": "看了样件，还差一份检测报告。",
        "next_step": "补检测报告",
        "next_date": f"{clock.today() + timedelta(days=14)}",
    },
    "object": lambda: {**world.REASON, "objection": "我方没有同意两周内寄样。"},
    "finish": lambda: {"conclusion": "难题在焊缝处的低温冲击，指标已与企业商定。"},
}


def of_move(zone: Zone, thing: Thing) -> dict[str, Any]:
    return MOVES.get(thing.args[2], lambda: dict(world.REASON))()


WRITTEN = {
    "title": "改过的需求名称",
    "kind": "breakthrough",
    "field": "4",
    "problem": "改过的难题。",
    "goal": "改过的目标。",
    "period_months": "12",
    "budget": "50.00",
    "cooperation": "joint",
    "ownership": "joint",
    "contact_name": "张工",
    "contact_phone": "0532-88888888",
    "confidential": "改过的非公开说明",
}


def of_need(zone: Zone, thing: Thing) -> dict[str, Any]:
    row = {"name": "拉伸强度", "operator": "ge", "value": "25", "unit": "MPa", "weight": "hard"}
    return {
        **WRITTEN,
        "version": str(Need.objects.get(pk=thing.args[0]).revision),
        "indicators-TOTAL_FORMS": "1",
        "indicators-INITIAL_FORMS": "0",
        **{f"indicators-0-{name}": value for name, value in row.items()},
    }


def of_change(zone: Zone, thing: Thing) -> dict[str, Any]:
    """Each of the three ways to change a listing, under the name it has in the address."""
    need = Need.objects.get(pk=thing.args[0])
    reason = {"reason": "补充了低温工况，原文漏写。", "code": "plan"}
    match thing.args[1]:
        case "amend":
            return {**of_need(zone, thing), "base": need.published_hash, **reason}
        case "extend":
            return {"new_deadline": f"{need.bid_deadline + timedelta(days=9):%Y-%m-%d %H:%M}", **reason}
    return reason


def of_bid(zone: Zone, thing: Thing) -> dict[str, Any]:
    forms = {
        f"{part}-{name}_FORMS": n for part in ("milestones", "members") for name, n in (("TOTAL", 0), ("INITIAL", 0))
    }
    version = str(Proposal.objects.get(pk=thing.args[0]).revision)
    written = {"summary": "改过的概述。", "approach": "改过的路线。", "price": "41.00", "period_months": "9"}
    return {"version": version, **written, **forms}


def of_contract(zone: Zone, thing: Thing) -> dict[str, Any]:
    forms = {
        f"{part}-{name}_FORMS": n for part in ("milestones", "payments") for name, n in (("TOTAL", 0), ("INITIAL", 0))
    }
    day = f"{clock.today()}"
    return {"title": "改过的名称", "amount": "41.00", "content": "改过。", "starts_on": day, "ends_on": day, **forms}


def of_batch(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {
        "title": "新批次",
        "kind": "standing",
        "mode": "market",
        "sealing": "sealed",
        "bid_form": "short",
        "vetting": "on",
        "vetting_days": "3",
        "correcting_days": "3",
        "window": "30 天",
        "window_min": "15 天",
        "window_max": "60 天",
        **{f"{name}_days": "3" for name in ("screening", "approval", "opening", "answer", "signing")},
        "rules": "公开、公平。",
        "version": "0",  # of a draft that nobody has saved since
    }


def of_work(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {"kind": "paper", "title": "改过的题名", "year": "2024", "visibility": "matching"}


def works_file(zone: Zone, thing: Thing) -> dict[str, Any]:
    data = "题名,年份\n一篇论文,2024\n".encode()
    return {"file": SimpleUploadedFile("works.csv", data), "kind": "paper", "visibility": "matching"}


def of_section(zone: Zone, thing: Thing) -> dict[str, Any]:
    rows = {"people-TOTAL_FORMS": "1", "people-INITIAL_FORMS": "0", "people-0-name": "查经理", "people-0-role": "中试"}
    version = str(Participant.objects.get(pk=thing.args[0]).revision)
    return {"statement": "负责中试。", "share": "12", "version": version, **rows}


def of_organisation(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {
        "kind": "enterprise",
        "name": "改名有限公司",
        "organisation_name": "新登记有限公司",
        "uscc": uscc(),
        "region": "青岛高新区",
        "address": "火炬路 2 号",
        "contact": "新联系人",
        "contact_phone": "0532-88880000",
    }


def answered(zone: Zone, thing: Thing) -> dict[str, Any]:
    bid = zone.things["proposal"]["opened"].args[0]
    given = {"outcome": "select", "code": "fit", "sentence": "关键指标响应最好，选定。"}
    return {f"bid-{bid}-{name}": value for name, value in given.items()}


def meeting(zone: Zone, thing: Thing) -> dict[str, Any]:
    at = f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    return {"mode": "onsite", "starts_at": at, "place": "科创中心 3 楼", "agenda": "请带样件。"}


def intended(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {"amount": "41.00", "next_step": "到企业见面", "next_date": f"{clock.today()}"}


def terms(zone: Zone, thing: Thing) -> dict[str, Any]:
    version = str(Terms.objects.get(need=thing.args[0]).revision)
    return {"version": version, "offered": "on", "agreement": "zone", "own_text": "", "auto_grant": "on"}


def asking(zone: Zone, thing: Thing) -> dict[str, Any]:
    sha = agreement_in_force(Need.objects.get(number=thing.args[0])).sha256
    purpose = "核对配方体系和产线参数，判断路线能否达到指标。"
    return {"team": zone.cast.rival_team.pk, "purpose": purpose, "accepted": "on", "sha256": sha}


def invited(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {"partner": zone.cast.wei.memberships.get().organisation.uscc, "share": "20"}


def imported(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {"file": sheet(), "organisation": zone.cast.enterprise.pk, "batch": zone.sealed.pk}


def to_an_agency(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {"to": f"agency:{zone.cast.agency.pk}", "task": "到车间看开裂部位。", "days": "5"}


def credited(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {"to": f"officer:{zone.users['gao']}", "reason": "走访记录"}


def logged(zone: Zone, thing: Thing) -> dict[str, Any]:
    return {"on": f"{clock.today()}", "how": "call", "found": "样板在焊缝旁开裂。", "next_step": "周五前补送样板。"}


def reworded(zone: Zone, thing: Thing) -> dict[str, Any]:
    written = {name: value for name, value in of_need(zone, thing).items() if name != "version"}
    return {**written, "reason": "按现场看到的情况把指标写实。"}
