"""Batches with a window: published, and brought to its end by moving time alone."""

from datetime import timedelta
from typing import Any

import insider
from core import clock
from needs.actions import start_batch
from needs.models import Batch
from people import Cast
from workflow.actions import perform

BATCH_BACK = """
UPDATE needs_batch b
   SET opens_at = opens_at - s.age, collects_until = collects_until - s.age, published_at = published_at - s.age
  FROM (SELECT id, collects_until - now() + interval '1 hour' AS age FROM needs_batch) s
 WHERE s.id = b.id AND b.id = %s
"""
HANDED_IN_BACK = """
UPDATE needs_need n SET submitted_at = b.collects_until - interval '1 hour'
  FROM needs_batch b WHERE b.id = n.batch_id AND b.id = %s AND n.submitted_at IS NOT NULL
"""


def call(cast: Cast, *, until: timedelta = timedelta(days=20), **fields: Any) -> Batch:
    """A published batch with a window, which has begun."""
    ends = clock.now() + until
    facts = {"kind": "call", "title": "专项征集", "rules": "公开、公平。", "collects_until": ends, **fields}
    made = start_batch(by=cast.guan, **facts)
    perform(made, "open", by=cast.shen)
    return made


def let_the_window_end(made: Batch) -> None:
    """An hour later: the dates of the batch, and of what was handed in to it, move back together."""
    insider.execute(BATCH_BACK, made.pk)
    insider.execute(HANDED_IN_BACK, made.pk)
    made.refresh_from_db()


def collected(made: Batch) -> None:
    let_the_window_end(made)
    perform(made, "end_collecting", by=None)
