"""The chain is written by the database, and nothing in it can be changed or removed."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% refuses %: the audit log is append-only', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
"""

# One writer per stream at a time (the lock on its head), in READ COMMITTED: each statement here sees what the
# writer before has committed. `at` never runs backwards within a stream, whatever the server's clock does.
APPEND = """
CREATE FUNCTION audit_append() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head audit_head%ROWTYPE;
BEGIN
  IF jsonb_typeof(NEW.detail) <> 'object'
    OR jsonb_path_exists(NEW.detail, 'strict $.* ? (@.type() == "object" || @.type() == "array")') THEN
    RAISE EXCEPTION 'audit detail must hold scalars only' USING ERRCODE = 'check_violation';
  END IF;
  LOOP
    SELECT * INTO head FROM audit_head WHERE stream = NEW.stream FOR UPDATE;
    EXIT WHEN FOUND;
    INSERT INTO audit_head (stream, seq, at, hash) VALUES (NEW.stream, 0, 'epoch', repeat('0', 64)) ON CONFLICT DO NOTHING;
  END LOOP;
  NEW.seq := head.seq + 1;
  NEW.prev := head.hash;
  NEW.at := greatest(clock_timestamp(), head.at + interval '1 microsecond');
  NEW.body := jsonb_build_object(
    'v', 1, 'stream', NEW.stream, 'seq', NEW.seq, 'prev', NEW.prev,
    'at', to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'actor', NEW.actor, 'role', NEW.actor_role, 'action', NEW.action, 'subject', NEW.subject,
    'detail', NEW.detail, 'note', NEW.note_hash)::text;
  NEW.hash := encode(sha256(convert_to(NEW.body, 'UTF8')), 'hex');
  UPDATE audit_head SET seq = NEW.seq, at = NEW.at, hash = NEW.hash WHERE stream = NEW.stream;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_append BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_append();
"""

# Heads are written by audit_append alone: a head moved by hand would break the chain of everybody after it.
HEAD = """
CREATE FUNCTION audit_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION 'audit_head refuses %: only a new event moves a head', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_head_guard BEFORE INSERT OR UPDATE OR DELETE ON audit_head
  FOR EACH ROW EXECUTE FUNCTION audit_head_guard();
"""

# A note may be deleted or blanked, never reworded, and only the words the chain knows may be written.
NOTE = """
CREATE FUNCTION audit_note_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.event_id <> OLD.event_id OR NEW.text <> '' OR NEW.salt <> '' THEN
      RAISE EXCEPTION 'audit_note refuses UPDATE: a note is erased or left alone' USING ERRCODE = 'insufficient_privilege';
    END IF;
  ELSIF NOT EXISTS (SELECT FROM audit_event WHERE id = NEW.event_id
      AND note_hash = encode(sha256(convert_to(NEW.salt || NEW.text, 'UTF8')), 'hex')) THEN
    RAISE EXCEPTION 'audit_note: its event was chained with other words' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit_note_guard BEFORE INSERT OR UPDATE ON audit_note FOR EACH ROW EXECUTE FUNCTION audit_note_guard();
"""


def append_only(table: str) -> str:
    return (
        f"CREATE TRIGGER audit_refuse_row BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse();\n"
        + no_truncate(table)
    )


def no_truncate(table: str) -> str:
    return f"CREATE TRIGGER audit_refuse_all BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();\n"


SQL = [
    REFUSE,
    APPEND,
    HEAD,
    NOTE,
    *map(append_only, ["audit_event", "audit_checkpoint", "audit_entry"]),
    *map(no_truncate, ["audit_head", "audit_note"]),
]


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunSQL([(sql, None) for sql in SQL], elidable=False)]
