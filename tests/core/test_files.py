import hashlib
import os
import stat
import time
from io import BytesIO, StringIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import UploadedFile
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

import upload_corpus as c
from core import files
from core.files import LARGEST, FileRefused
from core.models import StoredFile

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject():
    return StoredFile(id=uuid4())  # any record will do


@pytest.fixture
def keep(upload, subject):
    return lambda name="报告.pdf", content=c.PDF, slot="public": files.store(
        upload(name, content), subject=subject, slot=slot, by=None
    )


def test_a_stored_file_is_the_upload_with_its_digest(keep, subject):
    kept = keep()
    with files.read(kept) as content:
        assert content.read() == c.PDF
    assert (kept.name, kept.size, kept.content_type, kept.slot) == ("报告.pdf", len(c.PDF), "application/pdf", "public")
    assert kept.sha256 == hashlib.sha256(c.PDF).hexdigest()
    assert (kept.subject_type, kept.subject_id) == ("core.storedfile", subject.pk)


def test_the_name_on_disk_says_nothing_and_differs_each_time(keep, media):
    first, second = keep(), keep()
    assert first.path != second.path
    assert "pdf" not in first.path
    assert str(first.pk).replace("-", "") not in first.path
    assert stat.S_IMODE((media / first.path).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\王\\合同.pdf", "合同.pdf"),
        ("合同\x00\r\n二.pdf", "合同 二.pdf"),
        ("\u202e合同.pdf", "合同.pdf"),
        ("𠮷䶮·a.pdf", "𠮷䶮·a.pdf"),
    ],
)
def test_a_name_is_kept_without_its_folders_and_tricks(keep, sent, kept):
    assert keep(sent).name == kept


def refusal(upload: UploadedFile) -> str:
    with pytest.raises(FileRefused) as refused:
        files.check(upload)
    return refused.value.sentence


class Untouchable(BytesIO):
    def read(self, *args):
        raise AssertionError("read")


def test_a_file_over_the_limit_is_refused_by_its_size_without_being_read():
    upload = UploadedFile(Untouchable(), "录像.pdf", size=200 * 1024 * 1024)
    assert refusal(upload) == "“录像.pdf”有 200 MB，超过了单个文件 50 MB 的上限。请压缩或拆分后上传。"


def test_the_limit_itself_is_allowed(upload):
    padding = b"%" * (LARGEST - len(c.PDF))
    exactly = b"%PDF-1.7\n" + padding + c.PDF[9:]
    assert files.check(upload("a.pdf", exactly)) == "application/pdf"
    assert "超过了单个文件 50 MB 的上限" in refusal(upload("a.pdf", exactly + b"\n"))


def test_an_empty_file_is_refused(upload):
    assert refusal(upload("a.pdf", b"")) == "“a.pdf”是空文件。请检查后重新选择。"


def test_a_name_too_long_is_refused_with_its_length(upload):
    assert refusal(upload("长" * 200 + ".pdf", c.PDF)) == "文件名有 204 个字，太长了。请缩短到 200 个字以内。"


def test_a_refused_file_leaves_nothing_behind(keep, media):
    with pytest.raises(FileRefused):
        keep("a.pdf", c.EXE)
    assert not StoredFile.objects.exists()
    assert list(media.rglob("*")) == []


def test_files_are_found_by_subject_and_slot(keep, upload, subject):
    public, evidence = keep(), keep(slot="evidence")
    files.store(upload("a.pdf", c.PDF), subject=StoredFile(id=uuid4()), slot="public", by=None)
    assert list(files.files_of(subject)) == [public, evidence]
    assert list(files.files_of(subject, "evidence")) == [evidence]


def test_what_the_platform_made_is_kept_as_it_is(subject):
    kept = files.store_bytes(
        b"age-encryption.org", name="x.age", content_type="application/age", subject=subject, slot="sealed", by=None
    )
    with files.read(kept) as content:
        assert content.read() == b"age-encryption.org"


def test_bytes_that_were_changed_or_lost_on_disk_are_noticed(keep, media):
    kept = keep()
    assert files.intact(kept)
    (media / kept.path).write_bytes(c.PDF + b" ")
    assert not files.intact(kept)
    (media / kept.path).unlink()
    assert not files.intact(kept)


@pytest.mark.parametrize("path", ["../secret", "/etc/passwd", "files/../../secret", "other/secret"])
def test_a_row_cannot_point_outside_the_media_folder(keep, path):
    kept = keep()
    kept.path = path
    with pytest.raises(PermissionError):
        files.read(kept)


@pytest.mark.parametrize("wrong", [{"size": 0}, {"sha256": "f" * 63 + "G"}])
def test_the_database_refuses_a_row_that_cannot_be_a_file(keep, wrong):
    kept = keep()
    with pytest.raises(IntegrityError), transaction.atomic():
        StoredFile.objects.filter(pk=kept.pk).update(**wrong)


def collect(*args: str) -> str:
    out = StringIO()
    call_command("collect_orphan_files", *args, stdout=out)
    return out.getvalue()


def test_bytes_without_a_row_are_collected_after_a_day(keep, media):
    kept, forgotten, young = keep(), keep(), keep()
    for file in (forgotten, young):
        files.remove(StoredFile.objects.get(pk=file.pk))
    yesterday = time.time() - 25 * 3600
    for file in (kept, forgotten):
        os.utime(media / file.path, (yesterday, yesterday))

    assert collect("--dry-run").splitlines() == [str(media / forgotten.path), "1 orphan files found"]
    assert (media / forgotten.path).exists()
    assert collect().splitlines()[-1] == "1 orphan files deleted"
    assert [(media / file.path).exists() for file in (kept, forgotten, young)] == [True, False, True]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_the_row_and_leaves_the_bytes_to_be_collected(keep, media):
    with transaction.atomic():
        path = keep().path
        transaction.set_rollback(True)
    assert not StoredFile.objects.exists()
    assert (media / path).exists()
    collect("--older-than-hours", "-1")
    assert not (media / path).exists()


def test_identity_and_time_come_with_the_row(keep):
    first = keep()
    assert first.created_at.utcoffset() is not None  # known without another query
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() = %s", [first.created_at])
        assert cursor.fetchone()[0] in {True, False}
