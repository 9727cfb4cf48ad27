"""Suggestions as the worker leaves them, for tests of what people see and do: a need, a team, and why."""

from typing import Any

from django.urls import reverse

from core import clock
from needs.models import Need
from people import Cast, organisation, person
from suggestions.models import Following, Suggestion
from teams.actions import create_team
from teams.models import Team
from works.actions import add_work
from works.models import Work
from wrong_forms import as_

ASKED = "现有涂层在强冲击下开裂，需要高强度、高延伸率的弹性体材料。"
DONE = "喷涂聚脲弹性体在强冲击下的开裂行为及其改性。"
SECRET = "只用于匹配的聚脲配方报告"
FACTORS = [
    {"key": "field", "value": 1, "weight": 0.05, "said": {"case": "same"}},
    {"key": "load", "value": -1, "weight": 0.03, "said": {"case": "busy"}},
]


def work(team: Team, *, by: Any, **fields: Any) -> Work:
    facts = {"kind": "paper", "title": "喷涂聚脲的抗爆性能", "year": 2024, "visibility": "public", **fields}
    return add_work(team, by=by, **facts)


def reason(of: Work | None, **fields: Any) -> dict[str, Any]:
    told = {"asked": ASKED, "done": DONE, "terms": ["弹性体", "强冲击"], **fields}
    return {"work": str(of.pk) if of else None, "title": of.title if of else "", **told}


def suggest(need: Need, team: Team, *, place: int = 1, strength: str = "strong", **fields: Any) -> Suggestion:
    now = clock.now()
    Following.objects.get_or_create(need=need, defaults={"text": "0" * 64, "followed": 0, "ranked_at": now})
    covered = [{"indicator": str(one.pk), "covered": n == 0} for n, one in enumerate(need.indicators.all())]
    facts = {"score": 1 / place, "factors": FACTORS, "covered": covered, "reasons": [], "made_at": now, **fields}
    return Suggestion.objects.create(need=need, team=team, place=place, strength=strength, **facts)


def shown(cast: Cast, need: Need) -> Suggestion:
    """Tao's team with one public work of its own for this need, seen by somebody who could invite it."""
    title = f"喷涂聚脲的抗爆性能之{Work.objects.count()}"
    why = [reason(work(cast.team, by=cast.tao, title=title))]
    return suggest(need, cast.team, reasons=why, shown_at=clock.now())


def told(cast: Cast, need: Need, **fields: Any) -> Suggestion:
    """Tao's team, with a public work and one for matching only."""
    shown = work(cast.team, by=cast.tao)
    kept = work(cast.team, by=cast.tao, title=SECRET, year=2023, visibility="matching")
    why = [reason(shown), reason(kept, done="配方报告里写到抗爆弹性体。"), reason(None, done="弹性体")]
    return suggest(need, cast.team, reasons=why, **fields)


def page(who: Any, name: str, *args: Any, query: str = "", **headers: str) -> str:
    answer = as_(who).get(reverse(name, args=args) + query, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def status(who: Any, name: str, *args: Any) -> int:
    return as_(who).get(reverse(name, args=args)).status_code


def another_team(cast: Cast, name: str) -> Any:
    leader = person(f"{name}负责人")
    home = organisation(f"{name}大学", manager=leader, kind="university")
    leader.forget_rights()
    return create_team(organisation=home, name=name, by=leader)
