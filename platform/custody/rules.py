"""Who keeps a share, who names him, and when two are enough."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.queries import office
from accounts.roles import Role
from accounts.rules import belongs
from core.text import listed
from custody.models import Custodian, Rescue
from custody.states import HOLDING, REPORTING, C, Seat
from diagnoses.models import Assignment
from needs.keeping import is_dealt
from needs.models import Need
from needs.states import N
from partners.models import Partnership
from partners.states import SHARING
from teams.models import Team, TeamMember
from workflow.machine import Text

ENOUGH = 2
NAMING = (N.SCREENED, N.APPROVED)  # while the listing is prepared: once it is published the shares are dealt
ROLE_OF = {Seat.LEADER: Role.LEADER, Seat.INSPECTOR: Role.INSPECTOR}


def may_name(user: Any, need: Need) -> bool:
    """Whoever publishes."""
    return user.is_authenticated and user.has_role(Role.LEADER, Role.REVIEWER)


def is_needless(row: Custodian) -> Text:
    """While a listing runs, or waits to be opened, its key lies with three people."""
    if row.need.status in (N.PUBLISHED, N.CLOSED) and row.round == row.need.relists:
        return _("榜单还没有开启，份额还要用。")
    return ""


def may_replace(user: Any, row: Custodian) -> bool:
    return may_name(user, row.need)


def is_custodian(user: Any, row: Custodian) -> bool:
    return user is not None and row.person_id == user.pk


def why_not_name(need: Need) -> Text:
    if not is_dealt(need):
        return _("这项需求的密钥不分管，不用指定保管人。")
    if need.status not in NAMING:
        return _("保管人在发榜前指定；发榜后份额已经分发，不能再换人。")
    return ""


def is_not_dealt(row: Custodian) -> Text:
    return "" if row.need.status in NAMING else _("份额已随发榜分发，不能再换人。")


def why_not_sit(need: Need, seat: int, person: User) -> Text:
    """Whether this person may hold that seat. Two seats are the zone's, the third must be nobody's side of the case."""
    if not person.is_active:
        return _("%(name)s的账号已停用。") % {"name": person.name}
    if (role := ROLE_OF.get(Seat(seat))) is not None:
        return (
            "" if person.has_role(role) else _("%(name)s现在不是%(role)s。") % {"name": person.name, "role": role.label}
        )
    if person.is_zone_staff:
        return _("外部保管人不能是管委会人员。")
    homes = [place.pk for place in person.places]
    outside = Organisation.objects.verified().filter(pk__in=homes, kind=Organisation.Kind.AGENCY)
    if not outside.exists():
        return _("外部保管人须是已核验服务机构（如公证处）的成员，%(name)s不是。") % {"name": person.name}
    shared = Partnership.objects.filter(need=need, organisation__in=homes, status__in=SHARING)
    if belongs(person, need.organisation) or shared.exists():
        return _("发榜方的人不能保管密钥。")
    if Assignment.objects.filter(need=need, agency__in=homes).exists():
        return _("这家机构经手过本项需求，请换一家。")
    return ""


def why_not_dealt(need: Need) -> Text:
    """What keeps the key from being dealt: every one of three has shown that he can open what is sealed to him."""
    rows = list(Custodian.objects.of(need).select_related("person"))
    if len(rows) < len(Seat.values):
        sitting = {row.seat for row in rows}
        lacking = listed(str(seat.label) for seat in Seat if seat not in sitting)
        return _("本批次要求密钥由三人分管，还没有指定：%(seats)s。") % {"seats": lacking}
    if waiting := [row for row in rows if row.status != C.PROVED]:
        names = listed(f"{row.person.name}（{row.get_status_display()}）" for row in waiting)
        return _("密钥保管人还没有全部验证：%(names)s。") % {"names": names}
    unfit = (str(why_not_sit(need, row.seat, row.person)) for row in rows)  # roles and memberships are of today
    return next((reason for reason in unfit if reason), "")


def why_not_readable(need: Need) -> Text:
    """At the opening: whose share is still to come."""
    if not need.key_dealt or Rescue.objects.filter(need=need, round=need.relists).exists():
        return ""
    rows = list(Custodian.objects.of(need).select_related("person"))
    here = [row for row in rows if row.status in (C.ACCEPTED, C.RELEASED)]
    if len(here) >= ENOUGH:
        return ""
    coming = listed(f"{row.person.name}（{row.get_status_display()}）" for row in rows if row not in here)
    return _("密钥由三人分管，须有两人交出份额。现有 %(n)s 份；未到：%(names)s。") % {"n": len(here), "names": coming}


def keepers(need: Any) -> Any:
    """Of a need, or of the one an outer query stands at, in its present round: the keys of people, for `__in`."""
    rows = Custodian.objects.filter(need=need, round=F("need__relists")).exclude(status=C.REPLACED)
    return rows.order_by().values("person")


def holds_a_share(need: Need, organisation: Organisation) -> bool:
    """Whose member keeps a share of the key does not bid."""
    return organisation.memberships.filter(left_at=None, user__in=keepers(need)).exists()


def has_a_keeper(need: Need, team: Team) -> bool:
    """Nor does a team in which one of them works for another house."""
    rows = TeamMember.objects.now().filter(team=team, user__in=keepers(need))
    return need.key_dealt and rows.exists()


# ── a custodian who does not come ───────────────────────────────────────────────
def may_report(user: Any, row: Custodian) -> bool:
    """Anybody of the zone who would wait for him at the opening; never he himself, who reports a loss."""
    return user is not None and user.pk != row.person_id and user.has_role(*REPORTING)


def has_been_dealt(row: Custodian) -> Text:
    return "" if row.is_dealt else _("发榜前份额还没有分发，请直接更换保管人。")


def is_not_called(row: Custodian) -> Text:
    """A second ticket would undo what he has begun with the first."""
    return _("已经请他交出份额。") if row.is_called else ""


def why_not_attest(row: Custodian, user: Any) -> Text:
    """Two people, one of whom oversees: an inspector, or where the inspector himself is missing, a leader."""
    if user is None or row.reported_by is None:
        return ""
    if row.reported_by_id == user.pk:
        return _("须由另一人确认。")
    role = Role.LEADER if row.seat == Seat.INSPECTOR else Role.INSPECTOR
    if not (user.has_role(role) or row.reported_by.has_role(role)):
        return _("报告和确认的两人中须有一人是%(role)s。") % {"role": role.label}
    return ""


def left(need: Need) -> int:
    """How many shares can still be brought."""
    return Custodian.objects.of(need).filter(status__in=HOLDING).count()


# ── whom to tell ────────────────────────────────────────────────────────────────
def himself(row: Custodian) -> Iterable[Any]:
    return [row.person]


def keepers_of_order(row: Custodian) -> Iterable[Any]:
    return office(*REPORTING)
