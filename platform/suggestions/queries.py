"""What pages ask: who could solve this, what could we solve, what has become of the suggestions.

Every answer looks at what holds now (`showable`), however old the index is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from needs.models import Indicator, Need
from rescue.models import Invite
from suggestions.models import Judgement, Suggestion
from teams.models import Team
from works.models import Work

MOST = 12  # on a page


@dataclass(frozen=True)
class Reason:
    """One work that speaks for the team, or its own words (`work` is None). `asked`/`done`: passages that meet."""

    work: Work | None
    title: str
    asked: str
    done: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class FactorLine:
    """One thing besides the works: `said` is the sentence, `percent` by how much it moves the score (−8 to 8)."""

    key: str
    label: str
    said: str
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


def suggested(need: Need, user: Any, *, most: int = MOST) -> list[Match]:
    """谁能解决: the teams for a need, best first. Empty for whoever does not act for it. Call `actions.mark_shown`
    with the rows that were put on the page."""
    raise NotImplementedError


def fitting(user: Any, teams: Sequence[Team], *, most: int = MOST, besides: Iterable[UUID] = ()) -> list[Match]:
    """适合我们的榜单: listings that take bids, for these teams of his; one for each need, best first.

    `besides`: needs to leave out, such as those already bid for."""
    raise NotImplementedError


def judged(need: Need, user: Any) -> QuerySet[Judgement]:
    """What was said of matches of this need, as far as this reader may know; standing ones, newest first."""
    raise NotImplementedError


def contested(user: Any, teams: Sequence[Team]) -> QuerySet[Judgement]:
    """What these teams contest now."""
    raise NotImplementedError


@dataclass(frozen=True)
class Live:
    """While a text is being written. `ready`: something is learnt at all, and the text says enough."""

    ready: bool
    strong: int = 0
    medium: int = 0
    teams: tuple[Team, ...] = ()  # with a public page, best first; the others are only counted


def live(text: str, *, title: str = "", organisation: Any = None, most: int = 3) -> Live:
    """Teams for a text that is not saved yet: by words alone, from the index this process holds."""
    raise NotImplementedError


@dataclass(frozen=True)
class Expert:
    """People of one well-matched team who could review the need, and the works that say so."""

    team: Team
    people: tuple[User, ...]  # the leader first
    row: Suggestion
    reasons: tuple[Reason, ...]


def experts(need: Need, user: Any, *, most: int = 10) -> list[Expert]:
    """For the zone alone: people of matched teams whose organisation is no party, one team of each organisation."""
    raise NotImplementedError


@dataclass(frozen=True)
class Unmatched:
    need: Need
    best: Suggestion | None  # a weak one, or nothing at all


def unmatched(user: Any) -> list[Unmatched]:
    """Needs on the desk or open, ranked, and nobody matches well: the officer has to look elsewhere."""
    raise NotImplementedError


# ── what became of them ─────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Step:
    """`key`: shown, invited, answered, interested, met, signed. `records(key, …)` are the rows behind `value`."""

    key: str
    label: str
    value: int
    share: float | None = None  # of the step before, 0 to 1


def funnel(since: datetime, until: datetime) -> list[Step]:
    """Of the pairs first shown in [since, until), how far each has come until now."""
    raise NotImplementedError


def records(key: str, since: datetime, until: datetime) -> QuerySet[Suggestion]:
    raise NotImplementedError


@dataclass(frozen=True)
class Share:
    """Of `shown` suggestions of one strength, how many were called unsuitable, and by which code."""

    strength: str
    label: str
    shown: int
    judged: int
    codes: tuple[tuple[str, str, int], ...] = ()  # side, label, how many


def unsuitable(since: datetime, until: datetime) -> list[Share]:
    raise NotImplementedError


@dataclass(frozen=True)
class Responses:
    """Invitations of a period: how many were asked, answered, and in how many working days."""

    asked: int
    answered: int
    interested: int
    waiting: int
    days: float | None  # working days, middle value
    rows: tuple[tuple[Invite, datetime | None, int | None], ...] = field(default=())  # with answer and working days


def responses(since: datetime, until: datetime, *, need: Need | None = None) -> Responses:
    raise NotImplementedError


@dataclass(frozen=True)
class Health:
    """`said` is empty where all is well, else the sentence for the health page."""

    folder: str
    learnt_at: datetime | None
    followed_at: datetime | None
    behind: int  # changes of teams not followed yet
    teams: int
    works: int
    needs: int
    size: int  # bytes
    encoder: str
    said: str


def health() -> Health:
    raise NotImplementedError
