"""What people do with suggestions: see them, call one unsuitable, take that back."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import record
from audit.labels import name_actions
from core import clock
from core.text import clean_line
from needs.models import Need
from suggestions import rules
from suggestions.models import Digest, Judgement, Suggestion
from suggestions.states import CODES, Side
from teams.models import Team
from workflow.machine import Refused

name_actions(
    {
        "match.judge": gettext_lazy("指出匹配不合适"),
        "match.contest": gettext_lazy("团队对匹配提出异议"),
        "match.withdraw": gettext_lazy("收回对匹配的意见"),
    }
)


def mark_shown(rows: Iterable[Suggestion], *, by: Any) -> int:
    """Somebody who could invite these teams has them in front of him: the first step of the funnel. Once each."""
    fresh = [row for row in rows if row.shown_at is None]
    if not fresh or not rules.may_judge(by, fresh[0].need):
        return 0
    return Suggestion.objects.filter(pk__in=[row.pk for row in fresh], shown_at=None).update(shown_at=clock.now())


@transaction.atomic
def judge(need: Need, team: Team, *, side: str, code: str, words: str = "", by: Any) -> Judgement:
    """不合适，因为…: from now on the pair is suggested to nobody. Said twice it is the last word that stands."""
    allowed = rules.may_judge(by, need) if side == Side.NEED else rules.may_contest(by, team)
    if side not in Side.values or not allowed:
        raise PermissionDenied(_("只有需求一方和团队一方可以说这条推荐不合适。"))
    words = clean_line(words)[:300]
    if code not in CODES[side].values:
        raise Refused(_("请选一个原因。"))
    if code == "other" and not words:
        raise Refused(_("选“其他原因”时，请用一句话写明。"))
    row = Suggestion.objects.select_for_update().filter(need=need, team=team).first()
    if row is None:
        raise Refused(_("这条推荐已经更新，团队不在其中了。请刷新页面再看。"))
    for held in Judgement.objects.standing().select_for_update().filter(need=need, team=team, side=side):
        if held.code == code and held.words == words:
            return held
        _end(held, by)
    made = Judgement.objects.create(
        need=need, team=team, side=side, code=code, words=words, strength=row.strength, by=by, made_at=clock.now()
    )
    action = "match.judge" if side == Side.NEED else "match.contest"
    detail = {"code": code, "need": need.pk, "team": team.pk}
    record(
        action, subject=made, stream=made.audit_stream, by=by, detail=detail, note={"words": words} if words else None
    )
    return made


@transaction.atomic
def withdraw(judgement: Judgement, *, by: Any) -> Judgement:
    """Take it back: the pair may be suggested again, if nothing else speaks against it. Done twice it is done once."""
    held = Judgement.objects.select_for_update(of=("self",)).select_related("need", "team").get(pk=judgement.pk)
    if not rules.may_withdraw(by, held):
        raise PermissionDenied(_("只有提出意见的一方可以收回。"))
    if held.withdrawn_at is None:
        _end(held, by)
    return held


def switch_digest(*, on: bool, by: Any) -> None:
    """Weekly notices of fitting listings for the teams this person leads. A private matter: nothing is recorded."""
    Digest.objects.update_or_create(user=by, defaults={"is_on": on}, create_defaults={"is_on": on, "user": by})


def _end(held: Judgement, by: Any) -> None:
    held.withdrawn_at, held.withdrawn_by = clock.now(), by
    held.save(update_fields=["withdrawn_at", "withdrawn_by"])
    record("match.withdraw", subject=held, stream=held.audit_stream, by=by)
