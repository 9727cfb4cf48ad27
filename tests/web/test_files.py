"""A file is read only through what it belongs to, and never run by the browser."""

from uuid import uuid4

from django.contrib.auth.models import AnonymousUser

import journey
from core import files


def put(need, slot):
    return files.store(journey.pdf(), subject=need, slot=slot, by=None)


def fetch(client, user, file):
    if isinstance(user, AnonymousUser):
        client.logout()
    else:
        client.force_login(user)
    return client.get(f"/files/{file.pk}/")


def test_the_files_of_a_draft_are_for_the_enterprise_alone(client, cast):
    file = put(journey.draft(cast), "public")
    readers = {name: fetch(client, user, file).status_code for name, user in cast.everyone().items()}
    assert {name for name, status in readers.items() if status == 200} == {"alice", "bob"}
    assert set(readers.values()) == {200, 404}


def test_a_listing_shows_its_public_files_to_everyone_and_the_others_to_the_parties(client, cast):
    need = journey.published(cast)
    public, protected = put(need, "public"), put(need, "protected")
    anyone = AnonymousUser()
    assert [fetch(client, anyone, file).status_code for file in (public, protected)] == [200, 302]  # asked to log in
    assert [fetch(client, cast.tao, file).status_code for file in (public, protected)] == [200, 404]
    assert [fetch(client, cast.guan, file).status_code for file in (public, protected)] == [200, 200]


def test_a_file_comes_as_an_attachment_that_no_browser_runs(client, cast):
    file = put(journey.draft(cast), "public")
    answer = fetch(client, cast.alice, file)
    assert b"".join(answer.streaming_content) == journey.PDF
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


def test_a_file_of_nothing_that_can_be_seen_does_not_exist(client, cast):
    client.force_login(cast.alice)
    stray = put(journey.draft(cast), "public")
    stray.subject_type = "accounts.user"
    stray.save(update_fields=["subject_type"])
    assert client.get(f"/files/{stray.pk}/").status_code == 404
    assert client.get(f"/files/{uuid4()}/").status_code == 404
