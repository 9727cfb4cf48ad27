"""A file of works that was confirmed is taken whole, in one transaction, from the rows that were shown."""

from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.utils.translation import gettext_lazy

from audit.actions import record
from audit.labels import name_actions
from core import files
from notifications.actions import notify
from notifications.kinds import register_kind
from teams.changes import touch
from works.models import Import, ImportRow, Verdict

TAKEN = register_kind("work_import.take")
name_actions({"work_import.take": gettext_lazy("导入成果")})
SLOT = "works"
TAKEN_AT_ONCE = 5000
WORTH_TELLING = 500  # rows: whoever sent fewer is still looking at the page
COLUMNS = (
    "kind, title, abstract, keywords, year, authors, venue, number, url, trl, amount, visibility, title_key, "
    "number_key, words"
)
TAKE = f"""
    INSERT INTO works_work (id, team_id, imported_id, updated_at, {COLUMNS})
    SELECT gen_random_uuid(), %(team)s, %(job)s, %(now)s, {", ".join("w." + name for name in COLUMNS.split(", "))}
      FROM (SELECT fields FROM works_importrow
             WHERE job_id = %(job)s AND verdict = ANY(%(verdicts)s) ORDER BY id LIMIT %(most)s OFFSET %(start)s) r,
           jsonb_populate_record(NULL::works_work, r.fields) w
    ON CONFLICT DO NOTHING
"""  # noqa: S608  the names of our own columns


@transaction.atomic
def take(job: Import) -> None:
    """Everything or nothing. What somebody has entered by hand since the look is left aside, as a duplicate is."""
    job = Import.objects.select_for_update(of=("self",)).select_related("team", "confirmed_by").get(pk=job.pk)
    if job.stage != "taking":
        return
    by: Any = job.confirmed_by
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        now = cursor.fetchone()[0]
        verdicts = [Verdict.FRESH, Verdict.NEAR] if job.with_near else [Verdict.FRESH]
        wanted = job.fresh + (job.near if job.with_near else 0)
        for start in range(0, wanted, TAKEN_AT_ONCE):
            facts = {"team": job.team_id, "job": job.pk, "now": now, "start": start, "most": TAKEN_AT_ONCE}
            cursor.execute(TAKE, {**facts, "verdicts": [str(verdict) for verdict in verdicts]})
            job.added += cursor.rowcount
            cache.set(_taken(job), min(start + TAKEN_AT_ONCE, wanted), 3600)
    job.done_at = now
    job.save(update_fields=["added", "done_at"])
    forget(job, but=(Verdict.WRONG, Verdict.SAME))
    if job.seen >= WORTH_TELLING:
        facts = {"name": job.name, "added": job.added}
        notify([job.by], kind=TAKEN, subject=job, context=facts, key=f"{TAKEN}:{job.pk}")
    detail = {"works": job.added, "rows": job.seen}
    record("work_import.take", subject=job, stream=job.team.audit_stream, by=by, detail=detail)
    touch(job.team)


def taken_so_far(job: Import) -> int:
    """For the eye alone: the transaction that takes them shows nothing before its end."""
    return int(cache.get(_taken(job)) or 0)


def _taken(job: Import) -> str:
    return f"works:taken:{job.pk}"


def forget(job: Import, *, but: tuple[str, ...] = ()) -> None:
    """The file and the rows: nobody needs them once it is decided."""
    for file in files.files_of(job, SLOT):
        files.remove(file)
    rows = ImportRow.objects.filter(job=job).exclude(verdict__in=but)
    rows._raw_delete(rows.db)  # type: ignore[attr-defined]
