"""A file the platform has made for one person, to take along."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def download(data: bytes, name: str, content_type: str) -> HttpResponse:
    """As an attachment that no cache keeps. `name`: as it is saved, in any script."""
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response
