"""Time is the one thing the demo arranges: nobody waits for its deadlines."""

from django.conf import settings
from django.db import connection, transaction

from needs.models import Need

NEED_BACK = """
UPDATE needs_need n
   SET publish_at = publish_at - s.age, published_at = published_at - s.age, bid_deadline = bid_deadline - s.age
  FROM (SELECT id, bid_deadline - clock_timestamp() + interval '1 hour' AS age FROM needs_need) s
 WHERE s.id = n.id AND n.id = %s
"""
BIDS_BACK = """
UPDATE proposals_submission
   SET received_at = (SELECT bid_deadline - interval '3 hours' FROM needs_need WHERE id = %s)
 WHERE proposal_id IN (SELECT id FROM proposals_proposal WHERE need_id = %s)
"""


GROW_OLDER = """
UPDATE needs_need n
   SET published_at = published_at - s.age, window_from = window_from - s.age, status_since = status_since - s.age,
       bid_deadline = bid_deadline - s.age, due_at = due_at - s.age
  FROM (SELECT %s * interval '1 day' AS age) s
 WHERE n.id = %s
"""


@transaction.atomic
def some_days_later(need: Need, days: int) -> None:
    """As if the listing had been open for so many days. For the demo's own database only."""
    if not settings.DEMO:
        raise RuntimeError("time is arranged in the demo only")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(GROW_OLDER, [days, need.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    need.refresh_from_db()


@transaction.atomic
def an_hour_later(need: Need) -> None:
    """Move the listing's whole clock back past its deadline, its bids with it. For the demo's own database only."""
    if not settings.DEMO:
        raise RuntimeError("time is arranged in the demo only")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(NEED_BACK, [need.pk])
        cursor.execute(BIDS_BACK, [need.pk, need.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
    need.refresh_from_db()
