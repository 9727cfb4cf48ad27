"""Who keeps a share of a need's key has no part in solving it; where a team is from, however it is written."""

import pytest

import corpus
import insider
import keeping
import world
from corpus import names, tick
from custody.models import Custodian
from needs.models import Need
from people import Cast
from rescue.actions import invite
from rescue.models import Invite
from suggestions import factors
from suggestions.facts import Facts
from suggestions.models import Suggestion
from suggestions.queries import experts
from teams.models import Team, TeamMember

pytestmark = pytest.mark.django_db


def test_no_team_is_suggested_whose_people_keep_a_share_of_the_key(cast: Cast, teams: dict[str, Team]) -> None:
    """Neither the house of a custodian nor a team in which he works for another one; bidding has the same rule."""
    theirs = corpus.another("公证处技术部", "elastomer", home=cast.agency, by=cast.yun)
    alone, need = world.listed(cast), keeping.approved(cast, ready=False)
    tick()
    assert theirs.name in names(alone)
    assert theirs.name in names(need)
    keeping.named(cast, need)
    assert theirs.name not in names(need)
    assert theirs not in [one.team for one in experts(need, cast.guan)]
    assert "弹性体课题组" in names(need)
    with_him = TeamMember.objects.create(team=cast.team, user=cast.yun, organisation=cast.agency)
    assert "弹性体课题组" not in names(need)
    assert "弹性体课题组" in names(alone)
    with_him.delete()
    for row in Custodian.objects.of(need):
        keeping.proved(row)
    world.publish(need, cast)
    assert invite(need, [theirs, cast.team], by=cast.guan)[0].team == cast.team
    assert Invite.objects.count() == 1
    insider.execute("UPDATE suggestions_following SET ranked_at = ranked_at - interval '2 days'")
    tick()
    assert not Suggestion.objects.filter(need=need, team=theirs, is_current=True).exists()


@pytest.mark.parametrize(
    ("theirs", "case"),
    [
        ("青岛", "near"),
        ("山东省青岛市黄岛区", "near"),
        ("山东省济南市", "province"),
        ("山东", "province"),
        ("江苏", ""),
    ],
)
def test_a_team_of_the_same_city_is_near_however_the_two_places_are_written(cast: Cast, theirs: str, case: str) -> None:
    _moved, told = factors.weighed(Need(region="山东青岛高新区"), Facts("甲", region=theirs))
    assert [line["said"]["case"] for line in told] == ([case] if case else [])


@pytest.mark.parametrize(
    ("here", "theirs", "value"),
    [
        ("义乌", "义乌", 1),
        ("昆山高新区", "昆山 高新区", 1),
        ("江苏昆山", "江苏昆山", 1),
        ("山东", "山东", 0.5),
        ("义乌", "昆山", 0),
    ],
)
def test_a_place_nobody_knows_is_near_itself(here: str, theirs: str, value: float) -> None:
    moved, _told = factors.weighed(Need(region=here), Facts("甲", region=theirs))
    assert moved == pytest.approx(1 + 0.02 * value)
