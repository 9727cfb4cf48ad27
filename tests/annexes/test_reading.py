"""Who reads an annex, and who no longer does; every read is written down for ever and stands on the paper."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import typst
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction

import insider
import journey
from accounts.actions import leave
from annex_world import OWN, REASON, asked, granted, offered
from annexes.actions import accept, note_look, note_read, number_read, save_terms
from annexes.models import Acceptance, Agreement, AnnexRequest, Read
from annexes.papers import agreement_paper, annex_text, words_across
from annexes.queries import agreement_in_force, everything_read
from annexes.states import What
from documents.actions import replace_wording
from documents.kinds import Kind
from documents.markup import grouped
from documents.pdf import pdf
from documents.stamp import NO_SUCH_PAGE, stamped
from notifications.models import Notice
from teams.actions import remove_member
from workflow.actions import perform

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def apart(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


# ── reading ─────────────────────────────────────────────────────────────────────
def test_every_read_is_numbered_and_names_reader_and_organisation(cast: Any) -> None:
    need = offered(cast)
    made = granted(cast, need)
    note_read(made, what=What.PAGE, by=cast.tao)
    note_read(made, what=What.PAGE, by=cast.ting)
    n = number_read(made, by=cast.tao)
    note_read(made, what=What.TEXT, by=cast.tao, is_marked=True, number=n)
    rows = Read.objects.order_by("number").values_list("number", "reader__name", "organisation__name", "what")
    assert list(rows) == [
        (1, "陶教授", "滨海理工大学", "page"),
        (2, "婷", "滨海理工大学", "page"),
        (3, "陶教授", "滨海理工大学", "text"),
    ]
    assert [read["what"] for read in everything_read(cast.tao)["annex_reads"]] == ["page", "text"]


def hostile(cast: Any, case: str, made: AnnexRequest) -> Any:
    """Something that ends the right to read; the person who then tries."""
    if case == "a team of another organisation":
        return cast.rui
    if case == "an enterprise's rival":
        return cast.charlie
    if case == "a member who left the team":
        person = cast.ting
        remove_member(made.team.members.get(user=person), by=person)
        return person
    if case == "a member who left the organisation":
        person = cast.ting
        leave(person.memberships.get(), by=person)
        person.forget_rights()
        return person
    if case == "a revoked grant":
        perform(made, "revoke", by=cast.alice, data=REASON)
    if case == "a suspended organisation":
        perform(cast.university, "suspend", by=cast.shen, data=REASON)
    if case == "a need taken down":  # before the clock has made the grant lapse
        perform(made.need, "take_down", by=cast.ling, data=REASON)
    if case == "a new agreement":
        save_terms(made.need, offered=True, auto_grant=False, own_text=OWN, by=cast.alice)
    return cast.tao


@pytest.mark.parametrize(
    "case",
    [
        "a team of another organisation",
        "an enterprise's rival",
        "a member who left the team",
        "a member who left the organisation",
        "a revoked grant",
        "a suspended organisation",
        "a need taken down",
        "a new agreement",
    ],
)
def test_who_may_not_read_any_more_reads_nothing_and_leaves_no_row(cast: Any, case: str) -> None:
    made = granted(cast, offered(cast))
    cast.ting  # noqa: B018  she is in the team from the start
    note_read(made, what=What.PAGE, by=cast.tao)
    person = hostile(cast, case, made)
    with pytest.raises(PermissionDenied):
        note_read(made, what=What.PAGE, by=person)
    with pytest.raises(PermissionDenied):
        number_read(made, by=person)
    assert Read.objects.count() == 1


def test_a_request_that_waits_lets_nobody_read(cast: Any) -> None:
    made = asked(cast, offered(cast))
    with pytest.raises(PermissionDenied):
        note_read(made, what=What.PAGE, by=cast.tao)


def test_a_new_agreement_asks_for_acceptance_again_and_the_old_words_count_again(cast: Any) -> None:
    need = offered(cast)
    made = granted(cast, need)
    save_terms(need, offered=True, auto_grant=False, own_text=OWN, by=cast.alice)
    assert Notice.objects.filter(kind="annex.renew", recipient=cast.tao).exists()
    accept(made, sha256=agreement_in_force(need).sha256, by=cast.tao)
    note_read(made, what=What.PAGE, by=cast.tao)
    save_terms(need, offered=True, auto_grant=True, own_text="", by=cast.alice)
    note_read(made, what=What.PAGE, by=cast.tao)
    assert [held.agreement.number for held in Acceptance.objects.order_by("created_at")] == [1, 1]


def test_the_zone_s_text_is_the_administrator_s_to_change_and_every_version_stays(cast: Any) -> None:
    need = offered(cast)
    granted(cast, need)
    replace_wording(Kind.NDA, "# 新的约定\n" + OWN, by=cast.sysadmin)
    assert agreement_in_force(need).text.startswith("# 新的约定")
    with pytest.raises(PermissionDenied):
        note_read(AnnexRequest.objects.get(), what=What.PAGE, by=cast.tao)
    accept(AnnexRequest.objects.get(), sha256=agreement_in_force(need).sha256, by=cast.tao)
    assert list(Agreement.objects.values_list("need", "number")) == [(None, 1), (None, 2)]


def test_the_zone_s_look_is_written_down_once_an_hour_and_the_owner_s_never(cast: Any) -> None:
    need = offered(cast)
    assert note_look(need, by=cast.alice) is None
    first = note_look(need, by=cast.guan)
    assert first is not None
    assert (first.organisation, first.what) == (None, "case")
    assert note_look(need, by=cast.guan) is None
    assert note_look(need, by=cast.ji) is not None
    insider.make_older(first, days=1)
    assert note_look(need, by=cast.guan) is not None


# ── what the database keeps ─────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE annexes_agreement SET text = 'x'",
        "DELETE FROM annexes_acceptance",
        "UPDATE annexes_acceptance SET standing = 'manager'",
        "UPDATE annexes_read SET number = 9",
        "DELETE FROM annexes_read",
        "UPDATE annexes_annexrequest SET status = 'requested'",
    ],
)
def test_what_was_agreed_and_read_is_kept_by_the_database(cast: Any, statement: str) -> None:
    note_read(granted(cast, offered(cast)), what=What.PAGE, by=cast.tao)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_takes_no_read_under_a_request_that_is_not_granted(cast: Any) -> None:
    made = asked(cast, offered(cast))
    row = Read(need=made.need, number=1, reader=cast.tao, organisation=cast.university, request=made, what="page")
    with pytest.raises(DatabaseError), transaction.atomic():
        row.save()


# ── paper ───────────────────────────────────────────────────────────────────────
def test_the_agreement_on_paper_says_who_accepted_which_words_when(cast: Any) -> None:
    made = asked(cast, offered(cast))
    held = Acceptance.objects.get()
    text = "\n".join(block.text for block in agreement_paper(made, held).blocks)
    for fact in (
        "陶教授（团队负责人）",
        "滨海理工大学",
        "海岳材料有限公司",
        grouped(held.agreement.sha256),
        "六、责任",
    ):
        assert fact in text


def test_the_watermark_names_reader_organisation_time_and_number(cast: Any) -> None:
    need = offered(cast)
    words = words_across(cast.tao, cast.university, need, 17)
    for fact in ("陶教授", "滨海理工大学", need.number, "第 17 号"):
        assert fact in words
    assert pdf(annex_text(need), watermark=words).startswith(b"%PDF-")


def test_a_pdf_of_others_carries_the_watermark_on_every_page(cast: Any) -> None:
    text = annex_text(offered(cast))
    long = pdf(type(text)("annex", text.title, text.name, text.at, text.blocks * 30))
    made = stamped(long, "陶教授　滨海理工大学　第 17 号")
    assert made is not None
    assert pages(made) == pages(long) > 1
    assert len(made) > len(long) / 2


def pages(data: bytes) -> int:
    """Ask for a page there cannot be: the answer says which is the first that is missing."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "in.pdf").write_bytes(data)
        layout = Path(folder) / "main.typ"
        layout.write_text('#for n in range(1, 999) { page[#image("in.pdf", page: n)] }')
        with pytest.raises(typst.TypstError) as caught:
            typst.compile(str(layout))
    return int(NO_SUCH_PAGE.findall(str(caught.value))[0]) - 1


@pytest.mark.parametrize("data", [journey.PDF, b"%PDF-1.7\nnot really", b"", b"PK\x03\x04"])
def test_what_cannot_be_read_as_a_pdf_is_not_stamped(data: bytes) -> None:
    assert stamped(data, "陶教授") is None
