"""Files that came in while the virus scanner did not answer: judged later, and what is found is told to who sent it."""

import logging
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils.translation import gettext_lazy

from audit.actions import record
from audit.labels import name_actions
from core import clock, files, scanner
from core.models import StoredFile
from notifications.actions import notify
from notifications.kinds import register_kind
from quarantine.queries import waiting

REJECTED = register_kind("file.reject")
ROUND = 200  # files a round; the next one begins half a minute later
name_actions({REJECTED: gettext_lazy("病毒查杀未通过")})
log = logging.getLogger(__name__)


def judge_waiting() -> int:
    """Show every waiting file to the scanner, oldest first. Returns how many were judged; none while it is down."""
    if not scanner.is_configured():
        return _release()
    judged, unreadable = 0, 0
    for pk in list(waiting().values_list("pk", flat=True)[:ROUND]):
        try:
            judged += judge(pk)
        except scanner.Unavailable as error:
            log.warning("file %s waits on: %s", pk, error)
            unreadable += 1
            if unreadable > 3:  # one file too large for it is its own affair; four in a row, and nobody is there
                break
    return judged


@transaction.atomic
def judge(pk: UUID) -> bool:
    """One file: clean, or rejected and told. False where another worker has it. Raises `scanner.Unavailable`."""
    file = waiting().select_for_update(skip_locked=True).filter(pk=pk).first()
    if file is None:
        return False
    try:
        with files.where(file).open("rb") as content:
            virus = scanner.scan(content)
    except FileNotFoundError:
        log.error("file %s has lost its bytes", pk)
        return False
    file.state, file.finding, file.judged_at = file.State.REJECTED if virus else file.State.CLEAN, virus, clock.now()
    file.save(update_fields=["state", "finding", "judged_at"])
    if virus:
        _tell(file)
    return True


def _tell(file: StoredFile) -> None:
    log.error("file %s holds %s", file.pk, file.finding)
    if file.uploaded_by is not None:
        facts = {"name": file.name, "virus": file.finding, "link": _page(file)}
        notify([file.uploaded_by], kind=REJECTED, subject=file, context=facts, key=f"{REJECTED}:{file.pk}")
    facts = {"file": str(file.pk), "sha256": file.sha256, "of": file.subject_type}
    record(REJECTED, subject=file, stream="system", by=None, detail=facts, note={"virus": file.finding})


def _page(file: StoredFile) -> str:
    subject = apps.get_model(file.subject_type)._base_manager.filter(pk=file.subject_id).first()
    own_page = getattr(subject, "get_absolute_url", None)
    return own_page() if own_page else ""


def _release() -> int:
    """The zone has taken its scanner away: our own checks stand alone again, as for every file since."""
    return waiting().update(state=StoredFile.State.CLEAN, judged_at=clock.now())
