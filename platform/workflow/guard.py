"""The database holds us to the table: a status changes only along a declared transition, whoever writes.

`GuardStatus` (in a migration) puts a trigger on the table. What the trigger lets through is one
function a machine, rewritten from the declarations at the end of every `manage.py migrate`, so a
changed lifecycle needs no migration of its own. Functions survive TRUNCATE; a table of edges would not.
"""

from typing import Any

from django.db import connections
from django.db.migrations.operations.base import Operation

from workflow.machine import Machine
from workflow.registry import machines

DENY = "RAISE EXCEPTION 'the lifecycle of % is not installed: run manage.py migrate', TG_TABLE_NAME;"


def function_name(noun: str) -> str:
    return f"workflow_guard_{noun}"


def function_body(machine: Machine) -> str:
    edges = ", ".join(f"('{a}', '{b}')" for a, b in sorted(machine.edges)) or "('', '')"
    return f"""
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.status <> '{machine.initial}' THEN
      RAISE EXCEPTION '{machine.noun}: a new row starts as {machine.initial}, not %', NEW.status
        USING ERRCODE = 'check_violation';
    END IF;
  ELSIF NEW.status IS DISTINCT FROM OLD.status
    AND (OLD.status, NEW.status) NOT IN (VALUES {edges}) THEN
    RAISE EXCEPTION '{machine.noun}: % to % is not a declared move', OLD.status, NEW.status
      USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END
"""


def _create(noun: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {function_name(noun)}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$"
    )


def drifted(using: str = "default") -> list[Machine]:
    """The machines whose function in the database is not what the declaration says (or is missing)."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'workflow_guard_%%'")
        installed = dict(cursor.fetchall())
    return [m for m in machines() if installed.get(function_name(m.noun)) != function_body(m)]


def install(using: str = "default") -> list[str]:
    """Write the declared moves of every guarded machine into the database; returns the nouns rewritten."""
    changed = drifted(using)
    with connections[using].cursor() as cursor:
        for machine in changed:
            cursor.execute(_create(machine.noun, function_body(machine)))
    return [machine.noun for machine in changed]


class GuardStatus(Operation):
    """Migration operation: `GuardStatus("need", "needs_need")`."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, noun: str, table: str) -> None:
        self.noun, self.table = noun, table

    def state_forwards(self, app_label: str, state: Any) -> None:
        pass

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(_create(self.noun, f"BEGIN {DENY} END"), None)
        schema_editor.execute(
            f"CREATE TRIGGER guard_status BEFORE INSERT OR UPDATE OF status ON {self.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function_name(self.noun)}()",
            None,
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        schema_editor.execute(f"DROP TRIGGER guard_status ON {self.table}", None)
        schema_editor.execute(f"DROP FUNCTION {function_name(self.noun)}()", None)

    def describe(self) -> str:
        return f"Guard the status of {self.noun} in the database"
