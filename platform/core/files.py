"""Uploaded files: who owns which bytes. They lie under names nobody can guess, and leave only through their subject."""

import hashlib
import logging
import os
from collections.abc import Iterable, Iterator
from io import BufferedReader
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast
from uuid import uuid4

from django.conf import settings
from django.core.files.base import File
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from core import filetypes, scanner
from core.models import StoredFile
from core.refusals import FileRefused
from core.text import clean_line

if TYPE_CHECKING:
    from accounts.models import User

log = logging.getLogger(__name__)

__all__ = ["LARGEST", "FileRefused", "check", "copy", "files_of", "intact", "read", "remove", "store", "store_bytes"]

LARGEST = 50 * 1024 * 1024
LONGEST_NAME = 200
CHUNK = 256 * 1024
FOLDER = "files"  # below MEDIA_ROOT; every file in it has a row, or is an orphan to be collected


def check(upload: File) -> str:
    """The upload's content type, decided by its content; `FileRefused` with a sentence where it may not come in.

    A scanner that does not answer refuses nobody: `is_judged` remembers that its word is missing.
    """
    name = fits(upload)
    found = filetypes.content_type(cast("IO[bytes]", upload.file), name, upload.size)
    if scanner.is_configured() and not hasattr(upload, "is_judged"):  # a form has it checked, then the verb again
        upload.is_judged = _passes(upload, name)  # type: ignore[attr-defined]
    upload.seek(0)
    return found


def _passes(upload: File, name: str) -> bool:
    """Whether the scanner has judged the upload clean; `FileRefused` where it found something."""
    try:
        virus = scanner.scan(cast("IO[bytes]", upload.file))
    except scanner.Unavailable as error:
        log.warning("an upload waits for the virus scanner: %s", error)
        return False
    if virus:
        raise FileRefused(
            _("“%(name)s”没有通过病毒查杀（%(virus)s），未保存。请在本机查杀后，换一份干净的文件上传。")
            % {"name": name[:80], "virus": virus}
        )
    return True


def is_judged(upload: File) -> bool:
    """Whether nothing is left to look into: there is no scanner, or it has found nothing in this upload."""
    return not scanner.is_configured() or getattr(upload, "is_judged", False)


def fits(upload: File, *, most: int = LARGEST) -> str:
    """The upload's name, where neither it nor the file is too long; else `FileRefused` with a sentence."""
    name = name_of(upload)
    if not upload.size:
        raise FileRefused(_("“%(name)s”是空文件。请检查后重新选择。") % {"name": name[:80]})
    if upload.size > most:
        raise FileRefused(
            _("“%(name)s”有 %(size)s MB，超过了单个文件 %(most)s MB 的上限。请压缩或拆分后上传。")
            % {"name": name[:80], "size": -(-upload.size // 1024**2), "most": most // 1024**2}
        )
    if len(name) > LONGEST_NAME:
        raise FileRefused(
            _("文件名有 %(length)s 个字，太长了。请缩短到 %(most)s 个字以内。")
            % {"length": len(name), "most": LONGEST_NAME}
        )
    return name


def name_of(upload: File) -> str:
    """The file's own name on one line, without the folders it came from."""
    return clean_line((upload.name or "").replace("\\", "/").rsplit("/", 1)[-1])


def store(upload: File, *, subject: Model, slot: str, by: "User | None") -> StoredFile:
    """Check and keep an upload. The bytes are on disk when this returns; the row is of the caller's transaction."""
    found = check(upload)
    pieces, name = upload.chunks(CHUNK), name_of(upload)
    return _keep(pieces, name, found, subject=subject, slot=slot, by=by, waits=not is_judged(upload))


def store_bytes(
    data: bytes, *, name: str, content_type: str, subject: Model, slot: str, by: "User | None", waits: bool = False
) -> StoredFile:
    """Keep what the platform itself made, or has looked into before: never refused. With `waits` the scanner,
    where there is one, has yet to see it."""
    return _keep([data], name, content_type, subject=subject, slot=slot, by=by, waits=waits and scanner.is_configured())


def copy(file: StoredFile, *, subject: Model, by: "User | None") -> StoredFile:
    """The same bytes again for another subject: each row has bytes of its own, so that each may be removed alone.

    What waits for the virus scanner waits in the copy, too; `FileRefused` where it found something.
    """
    waits = file.state == StoredFile.State.QUARANTINE
    with where(file).open("rb") if waits else read(file) as held:
        pieces = iter(lambda: held.read(CHUNK), b"")
        return _keep(pieces, file.name, file.content_type, subject=subject, slot=file.slot, by=by, waits=waits)


def read(file: StoredFile) -> BufferedReader:
    """The bytes. Whoever calls this has asked the subject whether this person may read it.

    Raises `FileRefused` while the virus scanner has not seen the file, and when it found something.
    """
    if file.state == StoredFile.State.QUARANTINE:
        raise FileRefused(_("“%(name)s”还在等待病毒查杀，通过后即可下载。") % {"name": file.name[:80]})
    if file.state == StoredFile.State.REJECTED:
        raise FileRefused(
            _("“%(name)s”没有通过病毒查杀（%(virus)s），不能下载。请向上传的人索取干净的文件。")
            % {"name": file.name[:80], "virus": file.finding}
        )
    return where(file).open("rb")


def intact(file: StoredFile) -> bool:
    """Whether the bytes on disk are still those that were stored."""
    try:
        with where(file).open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256
    except FileNotFoundError:
        return False


def files_of(subject: Model, slot: str | None = None) -> QuerySet[StoredFile]:
    found = StoredFile.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return found if slot is None else found.filter(slot=slot)


def remove(file: StoredFile) -> None:
    """Forget the file. Its bytes go later, with `collect_orphan_files`: who rolls back still has them."""
    file.delete()


def where(file: StoredFile) -> Path:
    root = Path(settings.MEDIA_ROOT).resolve()
    path = (root / file.path).resolve()
    if not path.is_relative_to(root / FOLDER):
        raise PermissionError(f"{file.pk} points outside the media folder")
    return path


def orphans(older_than: float) -> Iterator[Path]:
    """Bytes without a row, last written before `older_than` (seconds since 1970): younger ones may be on their way."""
    root = Path(settings.MEDIA_ROOT)
    for folder in sorted((root / FOLDER).glob("??")):
        paths = {str(path.relative_to(root)): path for path in folder.iterdir() if path.stat().st_mtime < older_than}
        known = set(StoredFile.objects.filter(path__in=paths).values_list("path", flat=True))
        yield from (path for name, path in sorted(paths.items()) if name not in known)


def _keep(
    pieces: Iterable[bytes],
    name: str,
    content_type: str,
    *,
    subject: Model,
    slot: str,
    by: "User | None",
    waits: bool,
) -> StoredFile:
    random = uuid4().hex
    path = f"{FOLDER}/{random[:2]}/{random}"
    size, digest = write(Path(settings.MEDIA_ROOT) / path, pieces)
    return StoredFile.objects.create(
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        slot=slot,
        name=name,
        size=size,
        sha256=digest,
        content_type=content_type,
        path=path,
        uploaded_by=by,
        **({"state": StoredFile.State.QUARANTINE, "judged_at": None} if waits else {}),
    )


def write(path: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in pieces:
            file.write(piece)
            digest.update(piece)
            size += len(piece)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return size, digest.hexdigest()
