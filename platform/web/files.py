"""Uploaded files leave by this one door, and only through what they belong to."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annexes.actions import note_look
from annexes.queries import PROTECTED
from core import files
from core.models import StoredFile
from needs.models import Need
from web.access import public


@public
@require_safe
def download(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The bytes as an attachment that no browser runs, for whoever may read them in the place they were put."""
    file = get_object_or_404(StoredFile, pk=pk)
    subject = _subject(file, request.user)
    if subject is None or not subject.may_read_file(request.user, file):
        raise Http404
    try:
        content = files.read(file)
    except FileNotFoundError:
        raise Http404 from None
    except files.FileRefused as error:
        return render(request, "file_refused.html", {"file": file, "why": error.sentence}, status=409)
    if isinstance(subject, Need) and file.slot == PROTECTED:
        note_look(subject, by=request.user, file=file)
    answer = FileResponse(content, as_attachment=True, filename=file.name, content_type=file.content_type)
    answer["Cache-Control"] = "private, no-store"
    return answer


def _subject(file: StoredFile, user: Any) -> Any:
    """What the file belongs to, through the reader's eyes."""
    try:
        model = apps.get_model(file.subject_type)
    except (LookupError, ValueError):
        return None
    rows = getattr(model._default_manager, "visible_to", None)
    return rows(user).filter(pk=file.subject_id).first() if rows else None
