"""What a need says since needs/0008 is locked like the rest of it, and given way like the rest: to an approved change."""

from django.db import migrations

LOCKED = """
CREATE FUNCTION needs_need_since_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  said text[] := ARRAY['industry','activity','deliverables','deliverables_note','funding','engagements','improvements'];
  word text;
  amended jsonb;
BEGIN
  IF OLD.status = 'published' AND clock_timestamp() < OLD.bid_deadline THEN
    SELECT c.said -> 'fields' INTO amended FROM changes_in_force(OLD.id, 'amend') c;
  END IF;
  FOREACH word IN ARRAY said LOOP
    IF to_jsonb(NEW) -> word IS DISTINCT FROM to_jsonb(OLD) -> word
       AND (amended IS NULL OR NOT amended ? word OR to_jsonb(NEW) ->> word IS DISTINCT FROM amended ->> word) THEN
      RAISE EXCEPTION 'need %: % is locked while the need is %', OLD.id, word, OLD.status USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER need_since_locked BEFORE UPDATE ON needs_need FOR EACH ROW
  WHEN (OLD.status NOT IN ('draft', 'returned')) EXECUTE FUNCTION needs_need_since_locked();
"""


class Migration(migrations.Migration):
    dependencies = [("changes", "0002_guards"), ("needs", "0008_form_fields")]

    operations = [
        migrations.RunSQL(
            LOCKED, "DROP TRIGGER need_since_locked ON needs_need; DROP FUNCTION needs_need_since_locked();"
        ),
    ]
