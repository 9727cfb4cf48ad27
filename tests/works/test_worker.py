"""The worker that looks into files of works and takes them: one at a time, and whatever kills it, all or nothing."""

import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from core.alone import LONG_WORK
from people import Cast
from running import kill
from works.importing import MOST_ATTEMPTS, carry_on, confirm
from works.models import Import, ImportRow, Work
from works_sent import counts, sent

pytestmark = pytest.mark.django_db


def test_while_another_process_is_at_it_a_worker_leaves_the_files_alone(cast: Cast):
    job = sent(cast)
    with closing(connection.copy()) as other:
        other.cursor().execute("SELECT pg_advisory_lock(%s)", [LONG_WORK])
        assert carry_on() == 0
        job.refresh_from_db()
        assert (job.stage, job.attempts) == ("checking", 0)
        # Not left to the closing: PostgreSQL gives the lock back a moment after it.
        other.cursor().execute("SELECT pg_advisory_unlock(%s)", [LONG_WORK])
    assert carry_on() == 1
    job.refresh_from_db()
    assert job.stage == "ready"


def test_a_file_that_kills_the_worker_again_and_again_is_given_up(cast: Cast):
    job = sent(cast)
    Import.objects.update(attempts=MOST_ATTEMPTS)
    carry_on()
    job.refresh_from_db()
    assert "几次中断" in job.failed


def test_a_look_that_was_cut_short_is_begun_anew(cast: Cast):
    job = sent(cast)
    ImportRow.objects.create(job=job, number=2, verdict="fresh", title="留下的一行", fields={})
    Import.objects.update(seen=1, fresh=1)
    carry_on()
    job.refresh_from_db()
    assert (job.seen, *counts(job)) == (4, 2, 0, 1, 1)


KILLED = """
import os, sys
sys.path.insert(0, "platform")
import django; django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from works import importing, taking
print("at it", flush=True)
importing.carry_on()
"""


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_any_moment_leaves_all_or_nothing_and_the_next_one_finishes(cast: Cast, settings):
    table = "题名\n" + "".join(f"第{n}号，{n * 7919 % 10007}\n" for n in range(12_000))
    job = sent(cast, table)
    root = Path(__file__).resolve().parents[2]
    name = connection.settings_dict["NAME"]
    known_as = f"killed-{name}"
    environ = {
        **os.environ,
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PGAPPNAME": known_as,
    }
    wait = 1.2
    for _turn in range(8):
        job.refresh_from_db()
        if job.stage == "ready":
            confirm(job, with_near=True, by=cast.tao)
        worker = subprocess.Popen([sys.executable, "-c", KILLED, name], cwd=root, env=environ, stdout=subprocess.PIPE)
        assert worker.stdout
        worker.stdout.readline()
        time.sleep(wait)
        kill(worker, known_as)
        worker.stdout.close()
        job.refresh_from_db()
        assert Work.objects.count() == (job.added if job.done_at else 0)
        Import.objects.update(attempts=0)
        wait = 0.3
    for _turn in range(20):
        carry_on()
        job.refresh_from_db()
        if job.stage == "ready":
            confirm(job, with_near=True, by=cast.tao)
    assert (job.stage, job.seen, job.added, Work.objects.count()) == ("done", 12_000, 12_000, 12_000)
