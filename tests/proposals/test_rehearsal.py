"""The key in the safe is tried twice a year, offline, by two people: nobody learns on the day that it does not open."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from pyrage.x25519 import Identity

import journey
from audit.models import Event
from core import clock
from people import Cast
from proposals import rehearsal
from proposals.rehearsal import keys_under_seal, lacks_rehearsal, last_rehearsal

pytestmark = pytest.mark.django_db
SCRIPT = Path(__file__).parents[2] / "tools" / "break_glass.py"


@pytest.fixture
def safe(settings) -> Identity:
    """The key on paper."""
    key = Identity.generate()
    settings.BREAK_GLASS_RECIPIENT = str(key.to_public())
    return key


def tried(file: Path, key: Identity) -> subprocess.CompletedProcess[str]:
    """As on the offline machine: nothing of the platform on its path."""
    command = [sys.executable, "-I", str(SCRIPT), str(file)]
    return subprocess.run(command, input=f"{key}\n", text=True, capture_output=True)


def record(result: str, cast: Cast, *, witness: str = "") -> None:
    call_command("break_glass", record=result, by=cast.guan.email, witness=witness or cast.shen.email)


def test_the_paper_opens_every_listing_published_since_it_was_made(cast: Cast, safe, tmp_path):
    need = journey.published(cast)
    call_command("break_glass", export=tmp_path / "keys.json")
    done = tried(tmp_path / "keys.json", safe)
    assert done.returncode == 0
    said = "1 项中打得开 1 项，登记 1/1 (1 of 1 listings open with this key)"
    assert done.stdout.splitlines() == [f"打得开 opens  {need.number}", said]


def test_a_listing_from_before_the_paper_fails_by_its_number(cast: Cast, settings, tmp_path):
    need = journey.published(cast)
    key = Identity.generate()
    settings.BREAK_GLASS_RECIPIENT = str(key.to_public())
    call_command("break_glass", export=tmp_path / "keys.json")
    done = tried(tmp_path / "keys.json", key)
    assert done.returncode == 1
    assert f"FAILS  {need.number}" in done.stdout


def test_what_is_carried_to_the_offline_machine_holds_no_private_key_and_no_bid(cast: Cast, safe, tmp_path):
    need = journey.published(cast)
    journey.bid(need, cast.team, by=cast.tao)
    call_command("break_glass", export=tmp_path / "keys.json")
    text = (tmp_path / "keys.json").read_text()
    assert [set(row) for row in json.loads(text)["keys"]] == [{"number", "public", "wrapped"}]
    assert "AGE-SECRET" not in text


def test_an_opened_listing_needs_no_key_any_more(cast: Cast, safe):
    journey.opened(cast)
    assert not keys_under_seal().exists()


def test_the_result_is_written_down_by_two_people_of_the_zone(cast: Cast, safe):
    journey.published(cast)
    record("1/1", cast)
    event = Event.objects.get(action="break_glass.rehearse")
    assert (event.actor, event.detail["witness"]) == (str(cast.guan.pk), str(cast.shen.pk))
    assert (last := last_rehearsal()) is not None
    assert last.passed


@pytest.mark.parametrize(
    ("result", "why"), [("2/1", "例如 12/12"), ("0/0", "例如 12/12"), ("one", "12/12"), ("1/", "12/12")]
)
def test_a_result_that_cannot_be_is_refused(cast: Cast, result, why):
    with pytest.raises(CommandError, match=why):
        record(result, cast)
    assert last_rehearsal() is None


def test_one_person_is_not_enough_nor_a_stranger_to_the_zone(cast: Cast):
    for witness in (cast.guan.email, cast.alice.email):
        with pytest.raises(CommandError, match="两个人"):
            record("1/1", cast, witness=witness)
    with pytest.raises(CommandError, match="Nobody logs in"):
        record("1/1", cast, witness="nobody@example.com")


def test_the_health_page_says_when_the_key_is_missing_untried_failed_or_tried_too_long_ago(
    client, cast: Cast, settings, monkeypatch
):
    client.force_login(cast.sysadmin)

    def said() -> str:
        return client.get(reverse("office_health")).content.decode()

    assert lacks_rehearsal() == ""  # nothing lies under a seal
    settings.BREAK_GLASS_RECIPIENT = ""
    journey.published(cast)
    assert "没有应急密钥" in said()
    settings.BREAK_GLASS_RECIPIENT = str(Identity.generate().to_public())
    assert "超过半年没有演练" in said()
    record("0/1", cast)
    assert "没有全部打开（0/1 项）" in said()
    record("1/1", cast)
    assert "1 项中打开 1 项" in said()
    assert lacks_rehearsal() == ""
    monkeypatch.setattr(rehearsal, "EVERY", timedelta(0))
    assert clock.now() > last_rehearsal().at
    assert "超过半年没有演练" in said()
