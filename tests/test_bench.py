"""What `make bench` measures on could have happened: its copies break no invariant, in whatever state they are."""

import random
from datetime import timedelta

import pytest
from bench_copies import Case, Copies, Variation

import world
from accounts.models import Organisation
from demo.needs import STORIES
from needs.models import Need
from people import Cast
from proposals.models import Proposal
from reports.fsck import look


@pytest.mark.parametrize("state", ["draft", "published", "opened", "completed", "terminated"])
def test_a_copied_case_is_one_that_could_have_happened(cast: Cast, state: str) -> None:
    need = world.need(cast, status=state)
    if state == "published":
        world.bid(cast, need)
    bids = need.proposals.count()
    copied = Variation(
        story=STORIES[0],
        title="另一项需求",
        organisation=cast.other_enterprise,
        manager=cast.charlie,
        teams=[cast.rival_team][:bids],
        back=timedelta(days=2),
    )
    Organisation.objects.update(is_demo=True)  # their deadlines were moved back, as the demo's are
    copies = Copies(random.Random(1))
    copies.add(Case(need), copied)
    copies.flush()
    copy = Need.objects.get(title="另一项需求")
    assert (copy.status, copy.organisation) == (state, cast.other_enterprise)
    assert Proposal.objects.filter(need=copy, team=cast.rival_team).count() == bids
    assert list(look(bytes_too=False)) == []
