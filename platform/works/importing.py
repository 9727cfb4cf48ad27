"""Files of works: sent by a person, looked into by the worker, shown, confirmed, and taken whole in one transaction.

PostgreSQL remembers the job. A worker that dies leaves it as it was: the look is begun anew, the taking has not
happened. What is taken is exactly what was shown: the rows wait in a table of their own until they are confirmed.
"""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from accounts.models import User
from audit.actions import record
from audit.labels import name_actions
from core import files
from core.alone import LONG_WORK, alone
from core.models import StoredFile
from notifications.actions import notify
from notifications.kinds import register_kind
from teams.changes import touch
from teams.models import Team
from workflow.machine import Refused
from works.comparing import Known
from works.judging import judge
from works.models import Import, ImportRow, Verdict, Work
from works.reading import MOST_ROWS, Raw, Unreadable, source
from works.rules import keeps
from works.taking import SLOT, WORTH_TELLING, forget, take

log = logging.getLogger(__name__)
CHECKED = register_kind("work_import.check")
name_actions({"work_import.undo": gettext_lazy("撤销导入")})
AT_ONCE = 1000  # rows between two steps of the progress
MOST_ATTEMPTS = 3
KEPT = timedelta(days=7)  # a file nobody has decided about, and what was said of its rows


# ── what a person does ──────────────────────────────────────────────────────────
@transaction.atomic
def send_file(team: Team, upload: File, *, kind: str, visibility: str, by: User) -> Import:
    """Keep the file for the worker. Raises `core.refusals.FileRefused` where it is empty or too large."""
    if not keeps(by, team):
        raise PermissionDenied
    name = files.fits(upload)
    waiting = Import.objects.filter(team=team, done_at=None, cancelled_at=None, failed="")
    if waiting.exists():
        raise Refused(_("这个团队还有一次导入没有完成。请先确认或取消它，再导入下一个文件。"))
    job = Import.objects.create(team=team, by=by, name=name, size=upload.size, kind=kind, visibility=visibility)
    upload.seek(0)
    files.store_bytes(
        upload.read(), name=name, content_type="application/octet-stream", subject=job, slot=SLOT, by=by, waits=True
    )
    return job


@transaction.atomic
def confirm(job: Import, *, with_near: bool, by: User) -> Import:
    """Take what was shown; the worker does it. Doing it twice is doing it once."""
    job = _mine(job, by)
    if job.stage in ("taking", "done"):
        return job
    if job.stage != "ready":
        raise Refused(_("这次导入已经结束，没有什么可以确认的。"))
    if not job.fresh + (job.near if with_near else 0):
        raise Refused(_("没有可以导入的成果。"))
    job.confirmed_at, job.confirmed_by, job.with_near, job.attempts = Now(), by, with_near, 0
    job.save(update_fields=["confirmed_at", "confirmed_by", "with_near", "attempts"])
    job.refresh_from_db()
    return job


@transaction.atomic
def cancel(job: Import, *, by: User) -> None:
    job = _mine(job, by)
    if job.stage in ("taking", "done", "undone"):
        raise Refused(_("已经确认，来不及取消了。导入完成后可以整批撤销。"))
    if job.stage != "cancelled":
        job.cancelled_at = Now()
        job.save(update_fields=["cancelled_at"])
        forget(job)


@transaction.atomic
def undo(job: Import, *, by: User) -> int:
    """Remove the works of this file that nobody has edited since. Returns how many."""
    job = _mine(job, by)
    if job.stage != "done":
        raise Refused(_("这次导入不能再撤销了。"))
    gone = untouched(job)
    removed = gone.count()
    gone._raw_delete(gone.db)  # type: ignore[attr-defined]  # nothing refers to a work: no need to fetch 100,000
    job.undone_at = Now()
    job.save(update_fields=["undone_at"])
    record("work_import.undo", subject=job, stream=job.team.audit_stream, by=by, detail={"works": removed})
    touch(job.team)
    return removed


def untouched(job: Import) -> Any:
    """The works that came with this file and are still as they came."""
    return Work.objects.filter(imported=job, updated_at=F("imported__done_at"))


def _mine(job: Import, by: User) -> Import:
    job = Import.objects.select_for_update(of=("self",)).select_related("team__organisation").get(pk=job.pk)
    if not keeps(by, job.team):
        raise PermissionDenied
    return job


# ── what the worker does ────────────────────────────────────────────────────────
def carry_on() -> int:
    """Do what waits, one file after another. Returns how many; 0 while another process is at it."""
    done = 0
    with alone(LONG_WORK) as mine:
        if mine:
            _clear_away()
            for pk in Import.objects.waiting().values_list("pk", flat=True)[:20]:
                done += _step(pk)
    return done


def _step(pk: Any) -> bool:
    job = Import.objects.waiting().select_related("team__organisation", "by").filter(pk=pk).first()
    file = files.files_of(job, SLOT).first() if job else None
    if job is None or (job.checked_at is None and file is not None and file.state == StoredFile.State.QUARANTINE):
        return False
    Import.objects.filter(pk=pk).update(attempts=job.attempts + 1)
    with override(job.by.language):
        try:
            if job.attempts >= MOST_ATTEMPTS:
                raise Unreadable(_("处理这个文件时程序几次中断，没有导入任何内容。请把文件分小，或换一种格式再试。"))
            if job.checked_at is None:
                check(job, file)
            else:
                take(job)
        except (Unreadable, files.FileRefused) as refused:
            _fail(job, str(refused))
        except Exception:  # a file must not hold up those behind it
            log.exception("import %s failed", pk)
            _fail(job, _("读这个文件时出错了，没有导入任何内容。请换一种格式导出再试；仍不行请联系管委会。"))
    return True


def check(job: Import, file: StoredFile | None) -> None:
    """Look into every row and write down what would become of it."""
    if file is None:
        raise Unreadable(_("文件不在了，请重新上传。"))
    files.read(file).close()  # refuses what the virus scanner found something in
    found = source(job.name, files.where(file))
    total = found.count()
    if total > MOST_ROWS:
        raise Unreadable(
            _("文件里约有 %(n)s 项，一次最多导入 %(most)s 项。请分成几个文件。") % {"n": total, "most": MOST_ROWS}
        )
    ImportRow.objects.filter(job=job).delete()
    job.total, job.seen = total, 0
    job.fresh = job.near = job.same = job.wrong = 0
    job.save(update_fields=["total", "seen", "fresh", "near", "same", "wrong"])
    known = Known(job.team)
    for rows in _chunks(found.rows()):
        if job.seen + len(rows) > MOST_ROWS:
            raise Unreadable(_("一次最多导入 %(most)s 项。请分成几个文件。") % {"most": MOST_ROWS})
        if not _look(job, rows, known):
            return  # cancelled meanwhile
    if not job.seen:
        raise Unreadable(_("文件里没有一项成果。请核对是不是选错了文件。"))
    _finish(job)


def _look(job: Import, rows: list[Raw], known: Known) -> bool:
    judged = [_judged(job, raw, known) for raw in rows]
    with transaction.atomic():
        if not Import.objects.select_for_update().filter(pk=job.pk, cancelled_at=None).exists():
            return False
        with connection.cursor() as cursor:
            copy = "COPY works_importrow (job_id, number, verdict, title, said, fields) FROM STDIN"
            with cursor.copy(copy) as lines:
                for number, verdict, said, fields in judged:
                    words = json.dumps(said, ensure_ascii=False), json.dumps(fields, ensure_ascii=False)
                    lines.write_row((str(job.pk), number, verdict, fields.get("title", ""), *words))
        job.seen += len(rows)
        for _number, verdict, _said, _fields in judged:
            setattr(job, verdict, getattr(job, verdict) + 1)
        job.total = max(job.total or 0, job.seen)
        job.save(update_fields=["seen", "total", "fresh", "near", "same", "wrong"])
    return True


def _judged(job: Import, raw: Raw, known: Known) -> tuple[int, str, list[str], dict[str, Any]]:
    if raw.error:
        return raw.number, Verdict.WRONG, [raw.error], {}
    row = judge(raw.values, kind=job.kind, visibility=job.visibility)
    if row.errors:
        return raw.number, Verdict.WRONG, [*row.errors, *row.warnings], {"title": row.fields["title"]}
    verdict, why = known.place(row.fields, raw.number)
    said = [why, *row.warnings] if why else row.warnings
    return (
        raw.number,
        verdict,
        said,
        row.fields if verdict in (Verdict.FRESH, Verdict.NEAR) else {"title": row.fields["title"]},
    )


@transaction.atomic
def _finish(job: Import) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SHARED, {"job": job.pk, "team": job.team_id})
        shared = cursor.fetchone()[0]
    changed = Import.objects.filter(pk=job.pk, cancelled_at=None).update(
        checked_at=Now(), total=job.seen, shared=shared, attempts=0
    )
    if changed and job.seen >= WORTH_TELLING:
        notify([job.by], kind=CHECKED, subject=job, context={"name": job.name}, key=f"{CHECKED}:{job.pk}")


SHARED = """
    SELECT count(*) FROM works_importrow r
     WHERE r.job_id = %(job)s AND r.verdict IN ('fresh', 'near') AND EXISTS (
       SELECT 1 FROM works_work w
        WHERE w.kind = r.fields->>'kind' AND w.title_key = r.fields->>'title_key'
          AND w.team_id <> %(team)s AND w.visibility = 'public')
"""


@transaction.atomic
def _fail(job: Import, why: str) -> None:
    Import.objects.filter(pk=job.pk).update(failed=why[:300] or "?")
    forget(job)


def _clear_away() -> None:
    """What nobody has confirmed within a week, and the remarks on rows that are as old."""
    old = Import.objects.filter(created_at__lt=Now() - KEPT)
    for job in old.filter(done_at=None, confirmed_at=None, cancelled_at=None, failed="")[:20]:
        with transaction.atomic():
            Import.objects.filter(pk=job.pk, confirmed_at=None).update(cancelled_at=Now())
            forget(job)
    for job in old.filter(rows__isnull=False).exclude(done_at=None).distinct()[:20]:
        forget(job)


def _chunks(rows: Iterator[Raw]) -> Iterator[list[Raw]]:
    held: list[Raw] = []
    for row in rows:
        held.append(row)
        if len(held) == AT_ONCE:
            yield held
            held = []
    if held:
        yield held
