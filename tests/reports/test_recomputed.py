"""Results recomputed by a second hand: what was published follows from the rows, by other code than made it.

There are no scores yet. Recomputed are the record of an opening (count, Merkle root), the verdict on every promised
number, and what came of a need. `SHEETS` sets how many promises are judged (`make gates`: 10,000).
"""

import hashlib
import os
import re
from fractions import Fraction
from typing import Any

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

import insider
import world
from decisions.actions import answer
from decisions.comparing import computed
from needs.models import Indicator, Need
from people import Cast

SHEETS = int(os.environ.get("SHEETS", "2000"))
OPERATORS = ("ge", "le", "eq", "range")
LAST_SEALED = """
SELECT DISTINCT ON (s.proposal_id) s.commitment
FROM proposals_submission s JOIN proposals_proposal p ON p.id = proposal_id
WHERE p.need_id = %s AND s.withdrawn_at IS NULL ORDER BY s.proposal_id, s.version DESC
"""
ALTERED = "UPDATE proposals_submission SET commitment = encode(sha256(commitment::bytea), 'hex') WHERE commitment = %s"
TOLD = """
SELECT p.status, a.told ->> 'outcome', (a.told ->> 'rank')::int, t.name FROM proposals_proposal p
JOIN teams_team t ON t.id = p.team_id LEFT JOIN proposals_answer a ON a.proposal_id = p.id
WHERE p.need_id = %s AND p.status NOT IN ('draft', 'withdrawn', 'expired') ORDER BY 3 NULLS FIRST
"""


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def tree(leaves: list[str]) -> str:
    """The root of RFC 6962 over the sorted commitments, level by level: not the recursion that made it."""
    level = [hashlib.sha256(b"\x00" + leaf.encode()).digest() for leaf in sorted(leaves)]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0].hex()


def meets(operator: str, value: Fraction, most: Fraction | None, promised: Fraction) -> str:
    match operator:
        case "ge":
            met = promised >= value
        case "le":
            met = promised <= value
        case "eq":
            met = promised == value
        case _:
            met = most is not None and value <= promised <= most
    return "met" if met else "unmet"


@pytest.mark.django_db
def test_the_published_record_of_an_opening_follows_from_the_sealed_rows(cast: Cast) -> None:
    for bidders in (((cast.team, cast.tao),), ((cast.team, cast.tao), (cast.rival_team, cast.rui))):
        need = world.listed(cast)
        for team, by in bidders:
            world.bid(cast, need, team=team, by=by)
        world.open_bids(need, cast)
        [opening] = need.openings.all()
        sealed = [commitment for (commitment,) in rows(LAST_SEALED, need.pk)]
        assert (opening.count, opening.merkle_root) == (len(sealed), tree(sealed))
        insider.execute(ALTERED, sealed[0])
        assert opening.merkle_root != tree([commitment for (commitment,) in rows(LAST_SEALED, need.pk)])


@pytest.mark.parametrize("count", range(17))
def test_the_two_ways_to_a_root_agree_for_every_number_of_bids(count: int) -> None:
    from core.sealing import merkle_root

    leaves = [hashlib.sha256(str(n).encode()).hexdigest() for n in range(count)]
    assert merkle_root(leaves) == tree(leaves)


numbers = st.decimals(min_value=-9999, max_value=9999, places=3, allow_nan=False, allow_infinity=False)


@settings(max_examples=SHEETS, deadline=None)
@given(operator=st.sampled_from(OPERATORS), value=numbers, width=numbers, promised=numbers, on_the_line=st.booleans())
def test_every_promised_number_is_judged_as_fractions_judge_it(
    operator: str, value: Any, width: Any, promised: Any, on_the_line: bool
) -> None:
    most = value + abs(width) + 1 if operator == "range" else None
    said = (most if operator == "range" else value) if on_the_line else promised
    row = Indicator(name="强度", operator=operator, value=value, value_max=most, unit="MPa")
    wanted = meets(operator, Fraction(value), None if most is None else Fraction(most), Fraction(said))
    assert computed(row, f"{said:f}") == wanted


def test_a_bound_that_leaves_out_its_own_edge_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mutant: one sign less in the rule."""
    row = Indicator(name="强度", operator="ge", value=Fraction(25), unit="MPa")
    monkeypatch.setattr(Indicator, "meets", lambda self, promised: promised > self.value)
    assert computed(row, "25") != meets("ge", Fraction(25), None, Fraction(25))


def outcome(need: Need) -> tuple[str, list[str], list[str]]:
    """By the answers that were told: the state of the need, who is selected, who is in reserve, in order."""
    told = rows(TOLD, need.pk)
    chosen = [name for _status, said, _rank, name in told if said == "select"]
    kept = [name for _status, said, _rank, name in told if said == "reserve"]
    return ("selected" if chosen else "failed"), chosen, kept


@pytest.mark.django_db
@pytest.mark.parametrize("chosen", ["tao", "rui", ""])
def test_the_published_result_follows_from_the_answers_that_were_told(client: Any, cast: Cast, chosen: str) -> None:
    need = world.listed(cast)
    world.bid(cast, need)
    world.bid(cast, need, team=cast.rival_team, by=cast.rui, price="520000.00")
    world.open_bids(need, cast)
    for proposal in need.proposals.all():
        mine = {cast.team.pk: "tao", cast.rival_team.pk: "rui"}[proposal.team_id]
        said = "refuse" if not chosen else "select" if mine == chosen else "reserve"
        answer(proposal, outcome=said, code="fit", sentence="按指标响应和报价比选。", by=cast.alice)
    world.conclude(need, by=cast.alice)
    state, winners, reserves = outcome(need)
    assert (need.status, len(winners), len(reserves)) == (state, int(bool(chosen)), int(bool(chosen)))
    page = client.get(f"/listings/{need.number}/").content.decode()
    shown = re.findall(r"选定：[^<]*", page)
    assert [name in "".join(shown) for name in winners] == [True] * len(winners)
    assert bool(shown) == bool(winners)
    statuses = {name: status for status, _said, _rank, name in rows(TOLD, need.pk)}
    assert [statuses[name] for name in winners + reserves] == ["selected"] * len(winners) + ["reserve"] * len(reserves)
