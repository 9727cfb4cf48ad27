"""Takes uploads in without letting them fill memory or disk: what is past the limit is counted, not kept."""

from tempfile import TemporaryFile
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from core.files import LARGEST


class LimitedUploadHandler(FileUploadHandler):
    """Hands over a file that knows its true size, so that `core.files.check` can say how large it was,
    but writes no more of it than the limit. The file has no name on disk: a crash leaves no plain text behind."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        bytes_on_disk = TemporaryFile()  # noqa: SIM115  (Django closes it with the request)
        self.file = UploadedFile(
            bytes_on_disk, self.file_name, self.content_type, 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start <= LARGEST:
            self.file.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.file.seek(0)
        self.file.size = file_size
        return self.file

    def upload_interrupted(self) -> None:
        if hasattr(self, "file"):
            self.file.close()
