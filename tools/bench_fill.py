"""What `make bench` measures on: 2,000 needs in every state and 20,000 bids, the same each time but for the hour.

One case of each state is made the proper way, by the people and the steps of the tests' own world (tests/world.py).
The others are copies of these, written in bulk past lifecycles and guards (`bench_copies`), of which
`manage.py fsck` must find nothing to say.
"""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

from bench_copies import Case, Copies, Variation
from django.db import connection, transaction
from django.db.models import F

import people
import world
from accounts.models import Organisation, User
from contracts.actions import draft_contract, save_contract
from demo.needs import STORIES
from needs.models import Batch, Need
from notifications.models import Delivery
from proposals.actions import answer, conclude
from proposals.states import P
from proposals.tasks import decrypt_opened
from teams.actions import create_team
from teams.models import Team
from workflow.actions import perform

SEED = 8
NEEDS, BIDS = 2000, 20000
ENTERPRISES, TEAMS, RIVALS = 60, 60, 15
OURS = 0.07  # Alice's share of the needs: more than a hundred
# How many there are of each state, and over how many days up to today they are spread.
SPREAD = {
    "draft": (60, 60),
    "submitted": (50, 6),
    "returned": (40, 40),
    "rejected": (40, 300),
    "screened": (40, 8),
    "approved": (40, 8),
    "scheduled": (20, 0),
    "published": (420, 19),
    "rolling": (60, 19),
    "closed": (60, 3),
    "opened": (160, 15),
    "no_bid": (80, 200),
    "selected": (100, 20),
    "intended": (100, 60),
    "contracted": (220, 200),
    "completed": (250, 300),
    "terminated": (60, 300),
    "failed": (120, 300),
    "withdrawn": (80, 300),
}
SENTENCE = "先做配方筛选和小试，再在中试线上连续验证，全过程留存批次记录，样品送第三方检测，未达指标的由我方整改。"
LONG = {"summary": SENTENCE * 3, "approach": SENTENCE * 14, "basis": SENTENCE * 8, "risk": SENTENCE * 4}


def fill() -> None:
    """Everything, in an empty migrated database."""
    rng = random.Random(SEED)  # noqa: S311  the same data each time, nothing secret
    cast = people.Cast()
    with transaction.atomic():
        teams, owners = [cast.team, *_teams()], [(cast.enterprise, cast.alice), *_enterprises()]
        Organisation.objects.update(is_demo=True)  # their deadlines are moved back, as the demo's are
        batches = {"sealed": world.batch(cast), "rolling": world.batch(cast, sealing="rolling")}
    cases = {}
    for state in SPREAD:
        with transaction.atomic():
            cases[state] = _first(cast, state, batches, teams[1 : RIVALS + 1])
    with transaction.atomic():
        Delivery.objects.update(done_at=F("created_at"))
        _copy(rng, {state: Case(need) for state, need in cases.items()}, teams, owners)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _enterprises() -> Iterator[tuple[Organisation, User]]:
    for number in range(1, ENTERPRISES):
        manager = people.person(f"经理{number}")
        yield people.organisation(f"滨海{number:02d}号装备制造有限公司", manager=manager), manager


def _teams() -> Iterator[Team]:
    for number in range(1, TEAMS):
        leader = people.person(f"教授{number}")
        home = people.organisation(f"第{number:02d}工业大学", manager=leader, kind="university")
        yield create_team(organisation=home, name=f"先进制造{number:02d}组", by=leader, keywords=["涂料", "电机"])


# ── one of each state, the proper way ───────────────────────────────────────────
def _first(cast: people.Cast, state: str, batches: dict[str, Batch], rivals: list[Team]) -> Need:
    """Once it is listed, with a bid of Tao's and one of every rival."""
    if state not in WAYS:
        return world.need(cast, within=batches["sealed"], status=state)
    need = world.need(cast, within=batches["rolling" if state == "rolling" else "sealed"], status="published")
    for number, team in enumerate([cast.team, *rivals] if state != "no_bid" else []):
        price = str(Decimal(480000 + 2000 * number))
        if state == "published" and number >= RIVALS - 1:
            world.draft(cast, need, team=team, by=team.leader, price=price, **LONG)
        else:
            world.bid(cast, need, team=team, by=team.leader, price=price, **LONG)
    for step in WAYS[state]:
        step(need, cast)
    return Need.objects.select_related("organisation", "batch").get(pk=need.pk)


def _open(need: Need, cast: people.Cast) -> None:
    world.open_bids(need, cast)


def _intend(need: Need, cast: people.Cast) -> None:
    world.intent(cast, need, status="agreed")


def _sign(need: Need, cast: people.Cast) -> None:
    contract = draft_contract(need.intents.get(), by=cast.alice)
    contract.confidentiality = "双方对技术资料保密三年。"
    save_contract(contract, by=cast.alice)
    perform(contract, "offer", by=cast.alice)
    perform(contract, "sign", by=cast.tao)


def _deliver(need: Need, cast: people.Cast) -> None:
    contract = need.contracts.get()
    world.deliver(contract, cast)
    perform(contract, "complete", by=cast.alice)


def _terminate(need: Need, cast: people.Cast) -> None:
    perform(need.contracts.get(), "terminate", by=cast.ling, data=world.REASON)


def _fail(need: Need, cast: people.Cast) -> None:
    for bid in need.proposals.all():
        answer(bid, outcome="refuse", code="price", sentence="报价超出预算，指标偏低。", by=cast.alice)
    conclude(need, by=cast.alice)


def _take_down(need: Need, cast: people.Cast) -> None:
    perform(need, "take_down", by=cast.ling, data=world.REASON)
    for bid in need.proposals.filter(status=P.SUBMITTED):
        perform(bid, "void", by=None)


def _withdraw_one(need: Need, cast: people.Cast) -> None:
    bid = need.proposals.filter(status=P.SUBMITTED).latest("created_at")
    perform(bid, "withdraw", by=bid.team.leader)


CHOSEN = (_open, world.choose, _intend, _sign)
WAYS: dict[str, tuple[Callable[[Need, people.Cast], Any], ...]] = {
    "published": (_withdraw_one,),
    "rolling": (lambda need, cast: decrypt_opened(),),
    "closed": (lambda need, cast: world.close(need),),
    "opened": CHOSEN[:1],
    "no_bid": CHOSEN[:1],
    "selected": CHOSEN[:2],
    "intended": CHOSEN[:3],
    "contracted": CHOSEN,
    "completed": (*CHOSEN, _deliver),
    "terminated": (*CHOSEN, _terminate),
    "failed": (_open, _fail),
    "withdrawn": (_take_down,),
}


# ── and the others after them ───────────────────────────────────────────────────
def _copy(rng: random.Random, cases: dict[str, Case], teams: list[Team], owners: list[Any]) -> None:
    copies, stories = Copies(rng), cycle(STORIES)
    wanted = [state for state, (count, _days) in SPREAD.items() for _n in range(count - 1)]
    rng.shuffle(wanted)
    bids = _shares(rng, [len(cases[state].bids) for state in wanted], BIDS - sum(len(c.bids) for c in cases.values()))
    for number, (state, count) in enumerate(zip(wanted, bids, strict=True), 1):
        story, ours = next(stories), rng.random() < OURS
        organisation, manager = owners[0] if ours else rng.choice(owners[1:])
        varied = Variation(
            story=story,
            title=f"{story.title}（{number}）",
            organisation=organisation,
            manager=manager,
            teams=rng.sample(teams, count),
            back=timedelta(minutes=rng.randint(0, SPREAD[state][1] * 1440)),
        )
        copies.add(cases[state], varied)
    copies.flush()


def _shares(rng: random.Random, most: list[int], total: int) -> list[int]:
    """Between half and all of what each may have, `total` together."""
    shares = [rng.randint((n + 1) // 2, n) for n in most]
    places = cycle([place for place, n in enumerate(most) if n])
    while (left := total - sum(shares)) != 0:
        place = next(places)
        shares[place] = min(most[place], max(1 if most[place] else 0, shares[place] + (1 if left > 0 else -1)))
    return shares
