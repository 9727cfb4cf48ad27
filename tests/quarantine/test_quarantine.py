"""A zone's virus scanner: what it finds is refused, and while it does not answer a file waits and goes to nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

import journey
import upload_corpus as c
import virus_scanner
from audit.models import Event
from core import scanner
from core.files import files_of, intact
from core.models import StoredFile
from needs.models import Need
from notifications.models import Notice
from people import Cast
from proposals.actions import attach, save_draft, start_proposal
from proposals.models import Proposal
from quarantine.actions import judge_waiting
from workflow.actions import perform

pytestmark = pytest.mark.django_db
INFECTED = c.PDF[:9] + virus_scanner.SIGNATURE + c.PDF[9:]
NOWHERE = "tcp://127.0.0.1:9"


@pytest.fixture
def clamd(settings) -> Iterator[virus_scanner.Scanner]:
    made, server = virus_scanner.start()
    settings.VIRUS_SCANNER = made.address
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def need(cast: Cast, settings, tmp_path: Path, client: Client) -> Need:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(cast.alice)
    return journey.draft(cast)


def send(client: Client, need: Need, content: bytes, name: str = "报告.pdf"):
    upload = SimpleUploadedFile(name, content)
    return client.post(reverse("need_files", args=[need.pk, "protected"]), {"upload": upload})


def fetched(client: Client, file: StoredFile) -> int:
    return client.get(reverse("file", args=[file.pk])).status_code


def waiting(need: Need, content: bytes, settings, client: Client) -> StoredFile:
    """A file that came in while the scanner was away."""
    there, settings.VIRUS_SCANNER = settings.VIRUS_SCANNER, NOWHERE
    send(client, need, content)
    settings.VIRUS_SCANNER = there
    return files_of(need).get()


def test_without_a_scanner_a_file_that_passed_our_own_checks_is_clean(client, need):
    send(client, need, c.PDF)
    file = files_of(need).get()
    assert file.state == "clean"
    assert fetched(client, file) == 200


def test_what_the_scanner_passes_is_clean_at_once_and_shown_to_it_once(client, need, clamd):
    send(client, need, c.PDF)
    assert files_of(need).get().state == "clean"
    assert clamd.seen == [len(c.PDF)]


def test_what_the_scanner_finds_is_refused_beside_the_field_and_nothing_is_kept(client, need, clamd, tmp_path):
    answer = send(client, need, INFECTED)
    assert answer.status_code == 422
    assert "“报告.pdf”没有通过病毒查杀（Eicar-Signature），未保存" in answer.content.decode()
    assert not files_of(need).exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_while_the_scanner_is_away_a_file_waits_is_shown_as_waiting_and_goes_to_nobody(client, need, clamd, settings):
    file = waiting(need, c.PDF, settings, client)
    assert (file.state, file.judged_at) == ("quarantine", None)
    answer = client.get(reverse("file", args=[file.pk]))
    assert answer.status_code == 409
    assert "还在等待病毒查杀，通过后即可下载" in answer.content.decode()
    page = client.get(need.get_absolute_url()).content.decode()
    assert "等待病毒查杀" in page
    assert reverse("file", args=[file.pk]) not in page


def test_a_waiting_file_is_given_out_once_the_scanner_has_passed_it(client, need, clamd, settings):
    file = waiting(need, c.PDF, settings, client)
    assert judge_waiting() == 1
    assert fetched(client, file) == 200
    assert judge_waiting() == 0


def test_a_waiting_file_in_which_something_is_found_stays_marked_and_its_sender_is_told(
    client, need, clamd, settings, cast
):
    file = waiting(need, INFECTED, settings, client)
    judge_waiting()
    file.refresh_from_db()
    assert (file.state, file.finding) == ("rejected", "Eicar-Signature")
    assert fetched(client, file) == 409
    assert "没有通过病毒查杀" in client.get(need.get_absolute_url()).content.decode()
    notice = Notice.objects.get(kind="file.reject")
    assert notice.recipient == cast.alice
    assert "文件没有通过病毒查杀：报告.pdf" in client.get(reverse("inbox")).content.decode()
    assert notice.context["link"] == need.get_absolute_url()
    assert Event.objects.get(action="file.reject").subject == f"core.storedfile:{file.pk}"


def test_while_the_scanner_stays_away_everything_goes_on_waiting(client, need, clamd, settings):
    file = waiting(need, c.PDF, settings, client)
    settings.VIRUS_SCANNER = NOWHERE
    assert judge_waiting() == 0
    file.refresh_from_db()
    assert file.state == "quarantine"


def test_a_file_too_large_for_the_scanner_waits_and_does_not_hold_up_the_others(client, need, clamd, settings):
    clamd.most = 10_000
    send(client, need, c.PDF[:9] + b" " * 20_000 + c.PDF[9:], "大.pdf")
    settings.VIRUS_SCANNER, there = NOWHERE, settings.VIRUS_SCANNER
    send(client, need, c.PDF, "小.pdf")
    settings.VIRUS_SCANNER = there
    assert judge_waiting() == 1
    assert dict(files_of(need).values_list("name", "state")) == {"大.pdf": "quarantine", "小.pdf": "clean"}


def test_a_zone_that_takes_its_scanner_away_leaves_no_file_behind(client, need, clamd, settings):
    file = waiting(need, c.PDF, settings, client)
    settings.VIRUS_SCANNER = ""
    judge_waiting()
    assert fetched(client, file) == 200


def test_what_was_judged_is_for_good(client, need, clamd, settings):
    file = waiting(need, INFECTED, settings, client)
    judge_waiting()
    for fields in ({"state": "clean", "finding": ""}, {"state": "quarantine", "judged_at": None, "finding": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StoredFile.objects.filter(pk=file.pk).update(**fields)


@pytest.fixture
def bid(cast, settings, tmp_path) -> Proposal:
    """A draft on a sealed need, still without attachments."""
    settings.MEDIA_ROOT = tmp_path
    proposal = start_proposal(need=journey.published(cast), team=cast.team, by=cast.tao)
    save_draft(proposal, journey.content(proposal.need), by=cast.tao)
    return proposal


def test_the_attachment_of_a_bid_is_refused_when_something_is_found(client, cast, bid, clamd, tmp_path):
    client.force_login(cast.tao)
    upload = SimpleUploadedFile("方案.pdf", INFECTED)
    answer = client.post(reverse("proposal_files", args=[bid.pk]), {"upload": upload})
    assert "没有通过病毒查杀" in answer.content.decode()
    assert list(tmp_path.rglob("*.age")) == []


def test_a_bid_is_never_refused_because_the_scanner_is_away_and_its_files_wait_after_the_opening(
    client, cast, bid, clamd, settings
):
    settings.VIRUS_SCANNER, there = NOWHERE, settings.VIRUS_SCANNER
    attach(bid, SimpleUploadedFile("方案.pdf", INFECTED), by=cast.tao)
    perform(bid, "submit", by=cast.tao)
    journey.open_bids(cast, bid.need)
    file = files_of(bid, "bid").get()
    assert file.state == "quarantine"
    client.force_login(cast.alice)
    assert fetched(client, file) == 409
    settings.VIRUS_SCANNER = there
    judge_waiting()
    file.refresh_from_db()
    assert file.state == "rejected"
    assert "没有通过病毒查杀" in client.get(bid.get_absolute_url()).content.decode()


def test_the_health_page_says_whether_the_scanner_answers_and_how_many_files_wait(client, need, clamd, settings, cast):
    waiting(need, c.PDF, settings, client)
    client.force_login(cast.sysadmin)
    page = client.get(reverse("office_health")).content.decode()
    assert "ClamAV 1.4.3/27400" in page
    assert "1 个文件等待查杀" in page
    settings.VIRUS_SCANNER = NOWHERE
    assert "没有应答" in client.get(reverse("office_health")).content.decode()
    settings.VIRUS_SCANNER = ""
    assert "未配置，由平台自带的检查把关" in client.get(reverse("office_health")).content.decode()


def test_an_unknown_answer_is_no_answer(clamd, settings, tmp_path):
    clamd.most = 3
    with (tmp_path / "a").open("w+b") as file:
        file.write(b"four")
        with pytest.raises(scanner.Unavailable, match="size limit"):
            scanner.scan(file)


def test_what_waits_is_whole_and_no_orphan(client, need, clamd, settings):
    file = waiting(need, c.PDF, settings, client)
    call_command("collect_orphan_files")
    assert intact(files_of(need).get())
    assert files_of(need).get() == file
