"""What only somebody with the database in his hands can do: past triggers and foreign keys, within a transaction."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from proposals.models import Proposal


def execute(statement: str, *values: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def make_older(row: Any, *, days: int) -> None:
    table = connection.ops.quote_name(row._meta.db_table)
    execute(f"UPDATE {table} SET created_at = created_at - %s WHERE id = %s", timedelta(days=days), row.pk)
    row.refresh_from_db()


def spoil(sealed: Proposal) -> None:
    execute("UPDATE proposals_submission SET ciphertext = %s WHERE proposal_id = %s", b"age-noise", sealed.pk)
