"""The database keeps what was promised: statuses, frozen rules, locked indicators, deadlines that never come early."""

from django.db import migrations

from workflow.guard import GuardStatus

BATCH_FROZEN = """
CREATE FUNCTION needs_batch_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'draft' AND (to_jsonb(NEW) - 'status' - 'status_since' - 'due_at') IS DISTINCT FROM
     (to_jsonb(OLD) - 'status' - 'status_since' - 'due_at' - 'frozen_hash' || jsonb_build_object('frozen_hash', NEW.frozen_hash)) THEN
    RAISE EXCEPTION 'batch %: its rules are frozen since it was opened', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER batch_frozen BEFORE UPDATE ON needs_batch FOR EACH ROW EXECUTE FUNCTION needs_batch_frozen();
"""

NEED_LOCKED = """
CREATE FUNCTION needs_need_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  said text[] := ARRAY['title','kind','field','keywords','region','problem','present','goal','conditions','budget','period_months',
                       'trl_now','trl_target','cooperation','ownership','organisation_id','batch_id'];
  word text;
BEGIN
  IF OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number THEN
    RAISE EXCEPTION 'need %: a listing keeps its number', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.status NOT IN ('draft', 'returned') THEN
    FOREACH word IN ARRAY said LOOP
      IF to_jsonb(NEW) -> word IS DISTINCT FROM to_jsonb(OLD) -> word THEN
        RAISE EXCEPTION 'need %: % is locked while the need is %', OLD.id, word, OLD.status USING ERRCODE = 'check_violation';
      END IF;
    END LOOP;
  END IF;
  IF OLD.status = 'published' AND NEW.bid_deadline IS DISTINCT FROM OLD.bid_deadline
     AND (NEW.bid_deadline < OLD.bid_deadline OR clock_timestamp() >= OLD.bid_deadline) THEN
    RAISE EXCEPTION 'need %: a deadline never comes earlier and never moves once it has passed', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.status = 'published' AND NEW.public_key IS DISTINCT FROM OLD.public_key THEN
    RAISE EXCEPTION 'need %: bids are sealed with this key', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER need_locked BEFORE UPDATE ON needs_need FOR EACH ROW EXECUTE FUNCTION needs_need_locked();

CREATE FUNCTION needs_indicator_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held text;
BEGIN
  SELECT status INTO held FROM needs_need WHERE id = COALESCE(NEW.need_id, OLD.need_id);
  IF held IS NOT NULL AND held NOT IN ('draft', 'returned') THEN
    RAISE EXCEPTION 'indicator: locked while the need is %', held USING ERRCODE = 'check_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER indicator_locked BEFORE INSERT OR UPDATE OR DELETE ON needs_indicator
  FOR EACH ROW EXECUTE FUNCTION needs_indicator_locked();
"""

UNDO = """
DROP TRIGGER indicator_locked ON needs_indicator; DROP FUNCTION needs_indicator_locked();
DROP TRIGGER need_locked ON needs_need; DROP FUNCTION needs_need_locked();
"""


class Migration(migrations.Migration):
    dependencies = [("needs", "0001_initial")]

    operations = [
        GuardStatus("batch", "needs_batch"),
        GuardStatus("need", "needs_need"),
        migrations.RunSQL(
            BATCH_FROZEN, "DROP TRIGGER batch_frozen ON needs_batch; DROP FUNCTION needs_batch_frozen();"
        ),
        migrations.RunSQL(NEED_LOCKED, UNDO),
    ]
