"""Who may come to the pages of a need, an intent and a contract, and who is sent elsewhere."""

import pytest

import journey

ENTERPRISE = ["/enterprise/", "/enterprise/needs/", "/enterprise/intents/", "/enterprise/contracts/"]


def status(client, user, url):
    client.force_login(user)
    return client.get(url).status_code


def readers(client, cast, url):
    return {name for name, user in cast.everyone().items() if status(client, user, url) == 200}


ZONE = {"guan", "gao", "shen", "ling", "ji", "cai"}


def test_the_inner_page_of_a_need_is_for_its_enterprise_and_the_operating_zone(client, cast):
    need = journey.opened(cast)
    assert readers(client, cast, f"/needs/{need.pk}/") == {"alice", "bob", *ZONE}
    assert readers(client, cast, f"/needs/{need.pk}/compare/") == {"alice", "bob", *ZONE}


def test_a_team_is_sent_to_the_public_listing(client, cast):
    need = journey.opened(cast)
    client.force_login(cast.tao)
    answer = client.get(f"/needs/{need.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/listings/{need.number}/")


def test_a_draft_exists_for_its_enterprise_only(client, cast):
    need = journey.draft(cast)
    assert readers(client, cast, f"/needs/{need.pk}/") == {"alice", "bob"}
    assert readers(client, cast, f"/needs/{need.pk}/edit/") == {"alice", "bob"}


def test_a_contract_and_its_intent_are_for_both_parties_and_the_zone(client, cast):
    contract = journey.contract(cast)
    for url in (f"/contracts/{contract.pk}/", f"/intents/{contract.intent_id}/"):
        assert readers(client, cast, url) == {"alice", "bob", "tao", "ting", *ZONE}


def test_only_the_client_writes_the_contract(client, cast):
    contract = journey.contract(cast, signed=False)
    url = f"/contracts/{contract.pk}/edit/"
    assert readers(client, cast, url) == {"alice", "bob"}
    assert status(client, cast.tao, url) == 403
    assert status(client, cast.charlie, url) == 404


@pytest.mark.parametrize("url", ENTERPRISE)
def test_the_portal_opens_for_whoever_has_logged_in_and_asks_others_to(client, cast, url):
    assert status(client, cast.alice, url) == 200
    assert status(client, cast.rui, url) == 200  # belongs to no enterprise, and is told what to do
    client.logout()
    assert client.get(url).status_code == 302


def test_another_enterprise_sees_nothing_of_mine_in_its_portal(client, cast):
    journey.contract(cast, title="海岳独有的难题")
    client.force_login(cast.charlie)
    assert not [url for url in ENTERPRISE if "海岳独有的难题" in client.get(url).content.decode()]
    client.force_login(cast.alice)
    assert [url for url in ENTERPRISE if "海岳独有的难题" in client.get(url).content.decode()] == ENTERPRISE[
        :1
    ] + ENTERPRISE[1:]
