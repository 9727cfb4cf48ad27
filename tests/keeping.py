"""Three people who keep a listing's key: named, with keys of their own, proved; what they bring to an opening."""

from decimal import Decimal
from typing import Any

import world
from custody import ceremony
from custody.dealing import name_custodian
from custody.holding import bring_by_key, issue, prove_by_key
from custody.models import Custodian
from needs.models import Need
from people import Cast
from proposals.actions import begin_opening
from proposals.tasks import decrypt_opened
from workflow.actions import perform

KEYS: dict[Any, str] = {}  # custodian → what stands on the paper in his safe


def batch(cast: Cast, **fields: Any) -> Any:
    return world.batch(cast, title="大额榜单", custody_from=Decimal("300000"), **fields)


def people(cast: Cast) -> dict[int, Any]:
    """Ling for the zone, Ji for the inspectors, Yun for an outside agency."""
    return {1: cast.ling, 2: cast.ji, 3: cast.yun}


def named(cast: Cast, need: Need) -> list[Custodian]:
    return [name_custodian(need, seat=seat, person=who, by=cast.shen) for seat, who in people(cast).items()]


def take(row: Custodian, *, by: Any = None) -> str:
    KEYS[row.pk] = issue(row, by=by or row.person)
    return KEYS[row.pk]


def prove(row: Custodian, *, by: Any = None) -> None:
    prove_by_key(row, KEYS.get(row.pk, ""), by=by or row.person)


def proved(row: Custodian) -> Custodian:
    take(row)
    prove(row)
    return row


def approved(cast: Cast, within: Any = None, *, ready: bool = True) -> Need:
    """A need whose key is to be kept in three shares; `ready`: all three have proved their keys."""
    made = world.need(cast, within=within or batch(cast), status="approved")
    for row in named(cast, made) if ready else ():
        proved(row)
    return made


def listed(cast: Cast, within: Any = None) -> Need:
    made = approved(cast, within)
    world.publish(made, cast)
    return made


def bring(row: Custodian, *, by: Any = None) -> Custodian:
    bring_by_key(row, KEYS.get(row.pk, ""), by=by or row.person)
    return row


def sitting(need: Need) -> list[Custodian]:
    return list(Custodian.objects.of(need).select_related("person", "need"))


def lose(row: Custodian) -> None:
    perform(row, "lose", by=row.person)


def report(row: Custodian, *, by: Any) -> None:
    perform(row, "report", by=by, data={"code": "silent", "reason": "三次电话、两封邮件都没有回音。"})


def custodian(cast: Cast, *, status: str) -> Custodian:
    """Yun, on the outside seat, as far as `status`."""
    if status in ("called", "brought", "accepted", "released", "reported", "absent"):
        return _at_the_opening(cast, status)
    row = name_custodian(approved(cast, ready=False), seat=3, person=cast.yun, by=cast.shen)
    if status != "named":
        take(row)
    if status == "proved":
        prove(row)
    if status == "lost":
        lose(row)
    if status == "replaced":
        perform(row, "replace", by=cast.shen)
    return row


def _at_the_opening(cast: Cast, status: str) -> Custodian:
    need = listed(cast)
    world.bid(cast, need)
    world.close(need)
    opening = begin_opening(need, by=cast.guan)
    first, _second, last = sitting(need)
    if status in ("reported", "absent"):
        report(last, by=cast.guan)
    if status == "absent":
        perform(last, "attest", by=cast.ji)
    if status in ("brought", "accepted", "released"):
        bring(last)
    if status in ("accepted", "released"):
        bring(first)
        ceremony.check_brought()
    if status == "released":
        perform(opening, "confirm", by=cast.shen)
        decrypt_opened()
    last.refresh_from_db()
    return last
