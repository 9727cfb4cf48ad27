"""Every page about people opens for whom it is, in both languages, and for nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from people import Cast


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


OPEN = ["account_login", "account_signup", "account_reset_password", "roles"]
OWN = [
    "account", "profile", "join", "organisation_new", "account_logout", "account_email", "account_change_phone",
    "mfa_index", "usersessions_list", "team_members", "team_new",
]  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_anybody_reads_the_open_pages(db, name):
    assert Client().get(reverse(name)).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", OWN)
def test_a_person_opens_their_own_pages(cast: Cast, name, language):
    cast.alice.language = language
    cast.alice.save()
    assert as_(cast.alice).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", [name for name in OWN if name != "account_logout"])
def test_a_visitor_is_asked_to_log_in_and_comes_back(db, name):
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={reverse(name).replace('/', '%2F')}" or response[
        "Location"
    ].endswith(f"next={reverse(name)}")
