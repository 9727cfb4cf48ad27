"""A team whose papers are English is suggested for a Chinese need, with the passages that meet and what they are."""

from typing import Any

import pytest
from django.test import Client

import corpus
import world
from corpus import names, tick
from matching.encoders import SentenceEncoder
from matching.endpoint import EncodingFailed
from people import Cast
from suggestions import keeping
from suggestions.models import Suggestion
from suggestions.states import Strength
from teams.models import Team

pytestmark = pytest.mark.django_db
PAPERS = {
    "Marker-assisted breeding of heat-tolerant rice": "Quantitative trait loci for heat and drought tolerance in rice.",
    "Drought resistance of rice hybrids": "Field trials of rice hybrids under high temperature and drought.",
}
ASKED = ("耐高温、抗旱水稻品种选育", "高温伏旱使水稻结实率下降，需要培育耐高温、抗旱的水稻品种。", "高温结实率")


@pytest.fixture
def breeders(cast: Cast, teams: dict[str, Team]) -> Team:
    team = corpus.another("水稻所", "water")
    team.works.all().delete()
    for title, abstract in PAPERS.items():
        corpus.work(team, title, abstract, by=team.leader, visibility="public")
    return team


@pytest.fixture(scope="module")
def sentences() -> SentenceEncoder:
    return SentenceEncoder()


@pytest.fixture
def meaning(sentences: SentenceEncoder, monkeypatch: pytest.MonkeyPatch, settings: Any) -> list[str]:
    """The encoder that comes with the platform; what it is asked is written down."""
    asked: list[str] = []

    class Listened:
        name, size = sentences.name, sentences.size

        def encode(self, texts: Any) -> Any:
            asked.extend(texts)
            return sentences.encode(texts)

    settings.MATCHING_ENCODER = "use"
    monkeypatch.setattr(keeping, "_encoder", Listened)
    return asked


def test_english_papers_are_found_labelled_and_shown(
    cast: Cast, breeders: Team, meaning: list[str], client: Client
) -> None:
    need = corpus.need_for(cast, *ASKED)
    tick()
    assert names(need)[0] == "水稻所"
    row = Suggestion.objects.get(need=need, team=breeders)
    assert row.strength in (Strength.STRONG, Strength.MEDIUM)
    assert {(reason["by_meaning"], *reason["terms"]) for reason in row.reasons} == {(True,)}
    client.force_login(cast.guan)
    page = client.get(f"/needs/{need.pk}/suggestions/").content.decode()
    assert "语言不同，按含义比对" in page
    assert "heat-tolerant rice" in page


def test_words_alone_say_nothing_of_english_papers(cast: Cast, breeders: Team) -> None:
    need = corpus.need_for(cast, *ASKED)
    tick()
    row = Suggestion.objects.filter(need=need, team=breeders).first()
    assert row is None or (row.strength, row.reasons) == (Strength.WEAK, [])


def test_no_passage_of_an_unpublished_need_is_sent_to_a_service(
    cast: Cast, breeders: Team, meaning: list[str], settings: Any
) -> None:
    settings.MATCHING_ENDPOINT = {"url": "https://vectors.example/v1", "model": "m", "key_file": None}
    corpus.work(breeders, "水稻耐热性鉴定", "高温下水稻的结实率。", by=breeders.leader)
    inside = corpus.need_for(cast, *ASKED, status="submitted")
    world.listed(cast)
    tick()
    assert Suggestion.objects.filter(need=inside).exists()
    assert meaning
    assert not [text for text in meaning if "伏旱" in text]


def test_reasons_found_by_words_alone_are_looked_for_again_when_there_is_an_encoder(
    cast: Cast, breeders: Team, settings: Any, monkeypatch: pytest.MonkeyPatch, sentences: SentenceEncoder
) -> None:
    corpus.work(breeders, "水稻耐热性鉴定", "高温下水稻的结实率。", by=breeders.leader)
    need = corpus.need_for(cast, *ASKED)
    tick()
    assert [one["by_meaning"] for one in Suggestion.objects.get(need=need, team=breeders).reasons] == [False]
    settings.MATCHING_ENCODER = "use"
    monkeypatch.setattr(keeping, "_encoder", lambda: sentences)
    tick(2)
    assert True in [one["by_meaning"] for one in Suggestion.objects.get(need=need, team=breeders).reasons]


def test_a_service_that_falls_silent_is_asked_once_and_not_for_every_team_and_need(
    cast: Cast, breeders: Team, meaning: list[str], settings: Any, sentences: SentenceEncoder
) -> None:
    settings.MATCHING_ENDPOINT = {"url": "https://vectors.example/v1", "model": "m", "key_file": None}
    world.listed(cast)
    tick()
    asked = []

    def silent(texts: Any) -> Any:
        asked.append(len(texts))
        raise EncodingFailed("向量服务不可用。")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentences, "encode", silent)
        later = [corpus.need_for(cast, *ASKED), world.listed(cast, title="抗爆弹性体涂层")]
        tick()
    assert len(asked) == 1
    assert all(names(need) for need in later[1:])
