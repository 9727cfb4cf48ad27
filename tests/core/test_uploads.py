import os
from collections.abc import Iterator

import pytest
from django.core.files.uploadhandler import load_handler
from django.http.multipartparser import MultiPartParser

import upload_corpus as c
from core.files import LARGEST, FileRefused, check
from core.uploads import LimitedUploadHandler

MEGABYTE = 1024 * 1024


class Request:
    """A multipart body that is made while it is read: no memory holds it."""

    def __init__(self, name: str, first: bytes, megabytes: int) -> None:
        self.pieces = self.body(name, first, megabytes)
        self.rest = b""
        self.META = {
            "CONTENT_TYPE": "multipart/form-data; boundary=b",
            "CONTENT_LENGTH": str((megabytes + 1) * MEGABYTE),
        }

    def body(self, name: str, first: bytes, megabytes: int) -> Iterator[bytes]:
        yield f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + first
        for _turn in range(megabytes):
            yield bytes(MEGABYTE)
        yield b"\r\n--b--\r\n"

    def read(self, size: int) -> bytes:
        while len(self.rest) < size and (piece := next(self.pieces, None)):
            self.rest += piece
        out, self.rest = self.rest[:size], self.rest[size:]
        return out

    def upload(self):
        _fields, files = MultiPartParser(self.META, self, [LimitedUploadHandler()]).parse()
        return files["file"]


def test_two_hundred_megabytes_are_counted_and_not_kept():
    upload = Request("录像.pdf", c.PDF, 200).upload()
    assert upload.size == 200 * MEGABYTE + len(c.PDF)
    assert os.fstat(upload.file.fileno()).st_size <= LARGEST + 64 * 1024
    with pytest.raises(FileRefused, match="有 201 MB，超过了单个文件 50 MB 的上限"):
        check(upload)


def test_an_upload_on_its_way_has_no_name_on_disk():
    upload = Request("a.txt", b"text", 0).upload()
    assert os.fstat(upload.file.fileno()).st_nlink == 0
    assert check(upload) == "text/plain"
    assert upload.read() == b"text"


def test_the_platform_takes_uploads_in_this_way(settings):
    assert isinstance(load_handler(settings.FILE_UPLOAD_HANDLERS[-1], None), LimitedUploadHandler)
