"""What pages ask: who could solve this, what could we solve, who could judge it.

Every answer looks at what holds now (`showable`), however old the index is. What has become of the suggestions is
in `suggestions.outcomes`, the state of the index in `suggestions.health`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import OPERATING
from accounts.rules import holds
from core.text import listed
from needs.models import Indicator, Need
from rescue.models import Invite
from suggestions import rules, texts
from suggestions.factors import BY_KEY, Text
from suggestions.models import Following, Judgement, Suggestion, SuggestionQuerySet
from suggestions.states import Side, Strength
from teams.models import Team, TeamMember
from works.models import Work

MOST = 12  # on a page
BEST_FIRST = Case(
    *(When(strength=strength, then=Value(n)) for n, strength in enumerate(Strength.values)),
    output_field=IntegerField(),
)


@dataclass(frozen=True)
class Reason:
    """One work that speaks for the team, or its own words (`work` is None). `asked`/`done`: passages that meet."""

    work: Work | None
    title: str
    asked: str
    done: str
    terms: tuple[str, ...]
    by_meaning: bool = False  # need and work are in two languages: they meet in meaning, not in words

    @property
    def is_in_title(self) -> bool:
        """The passage that meets is the title of the work: to be said once."""
        return bool(self.done) and self.done == self.title

    @property
    def passage(self) -> str:
        return "" if self.is_in_title else passage(self.done, self.work.keywords if self.work else ())


def passage(done: str, keywords: Sequence[str]) -> str:
    """As it is shown: keywords are no sentence."""
    return _("关键词：%(words)s") % {"words": listed(keywords)} if done and done == " ".join(keywords) else done


@dataclass(frozen=True)
class FactorLine:
    """One thing besides the works: `said` is the sentence, `percent` by how much it moves the score (−5 to 5)."""

    key: str
    label: Text
    said: Text
    percent: float


@dataclass(frozen=True)
class Match:
    """One suggestion as a page shows it."""

    row: Suggestion  # .need and .team (with organisation and leader) are loaded; .get_strength_display() is 强/中/弱
    reasons: tuple[Reason, ...] = ()
    factors: tuple[FactorLine, ...] = ()
    covered: tuple[tuple[Indicator, bool], ...] = ()
    invite: Invite | None = None  # this need's invitation of this team, where this reader may know of it

    @property
    def team(self) -> Team:
        return self.row.team

    @property
    def need(self) -> Need:
        return self.row.need


# ── for a need ──────────────────────────────────────────────────────────────────
def suggested(need: Need, user: Any, *, most: int = MOST) -> list[Match]:
    """谁能解决: the teams for a need, best first; nothing for whoever does not act for it.

    Call `actions.mark_shown` with the rows that were put on the page.
    """
    if not rules.may_look(user, need):
        return []
    rows = Suggestion.objects.visible_to(user).showable().of_need(need)
    return matches(rows[:most], user)


def judged(need: Need, user: Any) -> QuerySet[Judgement]:
    """What the side of the need said of its matches and has not taken back, newest first; the zone reads both sides."""
    rows = Judgement.objects.visible_to(user).standing().filter(need=need)
    if not holds(user, *OPERATING):
        rows = rows.filter(side=Side.NEED)
    return rows.select_related("team__organisation", "by")


@dataclass(frozen=True)
class Unmatched:
    need: Need
    best: Suggestion | None  # a weak one, or nothing at all


def without_a_match(needs: QuerySet[Need]) -> QuerySet[Need]:
    """Of these the ones on the desk or open for which teams were looked for, and none matches well."""
    ranked = Following.objects.filter(need=OuterRef("pk"))
    good = Suggestion.objects.showable().good().filter(need=OuterRef("pk"))
    return needs.filter(Exists(ranked), ~Exists(good), pk__in=texts.in_sight().values("pk"))


def unmatched(user: Any) -> list[Unmatched]:
    """Needs that nobody matches well: the officer has to look elsewhere. The nearest deadline first."""
    showable = Suggestion.objects.showable().filter(need=OuterRef("pk"))
    best = Subquery(showable.order_by("place").values("pk")[:1])
    rows = texts.readable(without_a_match(Need.objects.visible_to(user)))
    told = rows.select_related("organisation", "batch").order_by("bid_deadline", "submitted_at", "pk")
    needs: list[Any] = list(told.annotate(best=best))
    held = Suggestion.objects.select_related("team__organisation").in_bulk([need.best for need in needs if need.best])
    return [Unmatched(need, held.get(need.best)) for need in needs]


@dataclass(frozen=True)
class Expert:
    """People of one well-matched team who could review the need, and the works that say so."""

    team: Team
    people: tuple[User, ...]  # the leader first
    row: Suggestion
    reasons: tuple[Reason, ...]


def experts(need: Need, user: Any, *, most: int = 10) -> list[Expert]:
    """For the zone alone: people of matched teams whose organisation is no party, one team of each organisation."""
    if not holds(user, *OPERATING):
        return []
    rows = Suggestion.objects.showable().good().of_need(need).select_related("team")
    chosen: dict[Any, Suggestion] = {}
    for row in rows:
        chosen.setdefault(row.team.organisation_id, row)
    best = [row.pk for row in list(chosen.values())[:most]]
    held = matches(Suggestion.objects.filter(pk__in=best).order_by("place"), user)
    people = _people([one.team for one in held])
    return [Expert(one.team, people.get(one.team.pk, ()), one.row, one.reasons) for one in held]


def _people(teams: Sequence[Team]) -> dict[Any, tuple[User, ...]]:
    found: dict[Any, list[User]] = {}
    places = TeamMember.objects.now().filter(team__in=teams, user__is_active=True).select_related("user")
    for place in places.order_by("user__name_sort", "id"):
        found.setdefault(place.team_id, []).append(place.user)
    leaders = {team.pk: team.leader_id for team in teams}
    return {pk: tuple(sorted(some, key=lambda one: one.pk != leaders[pk])) for pk, some in found.items()}


# ── for a team ──────────────────────────────────────────────────────────────────
def fitting(
    user: Any, teams: Sequence[Team], *, most: int = MOST, besides: Iterable[UUID] = (), brief: bool = False
) -> list[Match]:
    """适合我们的榜单: listings that take bids, for these teams of his; one for each need, best first.

    `besides`: needs to leave out, such as those already bid for; a query does as well. `brief`: as `matches` has it.
    """
    rows = _fitting(user, teams).exclude(need__in=besides)
    best = rows.order_by("need_id", BEST_FIRST, "-score", "pk").distinct("need_id").values("pk")
    found = Suggestion.objects.filter(pk__in=best).order_by(BEST_FIRST, "-score", "pk")
    return matches(found[:most], user, brief=brief)


def _fitting(user: Any, teams: Sequence[Team]) -> SuggestionQuerySet:
    rows = Suggestion.objects.visible_to(user).showable().for_teams(teams)
    return rows.filter(need__in=Need.objects.taking_bids().values("pk"), team__in=Team.objects.of(user))


def contested(user: Any, teams: Sequence[Team]) -> QuerySet[Judgement]:
    """What these teams contest now, newest first."""
    rows = Judgement.objects.visible_to(user).standing().filter(side=Side.TEAM, team__in=teams)
    return rows.select_related("need__organisation", "team", "by")


# ── a row as it is read ─────────────────────────────────────────────────────────
def matches(rows: QuerySet[Suggestion], user: Any, *, brief: bool = False) -> list[Match]:
    """These in their order, with works, indicators and invitations as they are now. Four queries.

    `brief`: the reasons alone, in two.
    """
    loaded = rows.select_related("need__organisation", "need__batch", "team__organisation", "team__leader")
    found = list(loaded if brief else loaded.prefetch_related("need__indicators"))
    office = holds(user, *OPERATING)
    works, invites = _works(found), {} if brief else _invites(found, user)
    return [
        Match(
            row,
            reasons_of(row, works),
            factors_of(row, office=office),
            () if brief else covered_by(row),
            invites.get((row.need_id, row.team_id)),
        )
        for row in found
    ]


def _invites(rows: Sequence[Suggestion], user: Any) -> dict[tuple[Any, Any], Invite]:
    asked = Invite.objects.visible_to(user).filter(need__in={row.need_id for row in rows})
    asked = asked.filter(team__in={row.team_id for row in rows}).select_related("organisation")
    return {(one.need_id, one.team_id): one for one in asked}


def _works(rows: Iterable[Suggestion]) -> dict[str, Work]:
    named = {reason["work"] for row in rows for reason in row.reasons if reason["work"]}
    return {str(work.pk): work for work in Work.objects.for_matching().filter(pk__in=named)} if named else {}


def reasons_of(row: Suggestion, works: dict[str, Work]) -> tuple[Reason, ...]:
    """Without those whose work was removed, reworded or changed hands since the row was made."""
    found = []
    for one in row.reasons:
        work = works.get(one["work"] or "")
        if one["work"] is None or (work is not None and work.team_id == row.team_id and work.updated_at <= row.made_at):
            title = work.title if work else one["title"]
            said = (one["asked"], one["done"], tuple(one["terms"]), one.get("by_meaning", False))
            found.append(Reason(work, title, *said))
    return tuple(found)


def factors_of(row: Suggestion, *, office: bool) -> tuple[FactorLine, ...]:
    """The strongest first. What an enterprise said of a team earlier is read by the zone alone."""
    lines = []
    for one in row.factors:
        if one["key"] == "judged" and not office:
            continue
        factor = BY_KEY.get(one["key"])
        sentence = factor.sentences.get(one["said"].get("case", "")) if factor else None
        if factor and sentence:
            lines.append(FactorLine(factor.key, factor.label, sentence, round(100 * one["weight"] * one["value"], 1)))
    return tuple(sorted(lines, key=lambda line: -abs(line.percent)))


def covered_by(row: Suggestion) -> tuple[tuple[Indicator, bool], ...]:
    held = {one["indicator"]: one["covered"] for one in row.covered}
    return tuple((one, held[str(one.pk)]) for one in row.need.indicators.all() if str(one.pk) in held)
