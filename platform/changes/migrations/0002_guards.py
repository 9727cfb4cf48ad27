"""A published listing takes on what an approved change says, word for word, and nothing else.

`approved_in` is the transaction in which a second person approved: only there, and only to those words, do the locks
of needs/0002 give way.
"""

from django.db import migrations

from workflow.guard import GuardStatus

KEPT = """
CREATE FUNCTION changes_change_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'change %: what was proposed is kept', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'INSERT' THEN
    NEW.approved_by_id := NULL; NEW.approved_at := NULL; NEW.approved_in := NULL;
    RETURN NEW;
  END IF;
  IF (NEW.need_id, NEW.kind, NEW.reason, NEW.code, NEW.said, NEW.before, NEW.after, NEW.old_deadline, NEW.proposed_by_id)
     IS DISTINCT FROM
     (OLD.need_id, OLD.kind, OLD.reason, OLD.code, OLD.said, OLD.before, OLD.after, OLD.old_deadline, OLD.proposed_by_id) THEN
    RAISE EXCEPTION 'change %: what was proposed is kept as it was proposed', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.approved_by_id IS NOT NULL THEN
    IF (NEW.approved_by_id, NEW.approved_at, NEW.new_deadline) IS DISTINCT FROM
       (OLD.approved_by_id, OLD.approved_at, OLD.new_deadline) THEN
      RAISE EXCEPTION 'change %: its approval is final', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    NEW.approved_in := OLD.approved_in;
  ELSIF NEW.approved_by_id IS NOT NULL THEN
    IF OLD.status <> 'proposed' THEN
      RAISE EXCEPTION 'change %: nothing waits for an approval', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    NEW.approved_in := pg_current_xact_id()::text::bigint;
  ELSE
    NEW.approved_in := NULL;
  END IF;
  IF NEW.new_deadline IS DISTINCT FROM OLD.new_deadline
     AND (NEW.kind <> 'amend' OR OLD.approved_by_id IS NOT NULL OR NEW.approved_by_id IS NULL
          OR NEW.new_deadline < OLD.old_deadline) THEN
    RAISE EXCEPTION 'change %: its deadline is what was proposed', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER change_kept BEFORE INSERT OR UPDATE OR DELETE ON changes_change
  FOR EACH ROW EXECUTE FUNCTION changes_change_kept();

CREATE FUNCTION changes_approved_is_done() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM changes_change c WHERE c.id = NEW.id AND c.approved_by_id IS NOT NULL AND c.status <> 'approved') THEN
    RAISE EXCEPTION 'change %: approved by somebody and still not approved', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER change_approved_is_done AFTER UPDATE ON changes_change
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION changes_approved_is_done();

CREATE FUNCTION changes_in_force(need uuid, what text) RETURNS SETOF changes_change LANGUAGE sql STABLE AS $$
  SELECT * FROM changes_change c
  WHERE c.need_id = need AND c.kind = what AND c.approved_by_id <> c.proposed_by_id
    AND c.approved_in = pg_current_xact_id()::text::bigint
  ORDER BY c.approved_at DESC LIMIT 1
$$;
"""

UNDO_KEPT = """
DROP FUNCTION changes_in_force(uuid, text);
DROP TRIGGER change_approved_is_done ON changes_change; DROP FUNCTION changes_approved_is_done();
DROP TRIGGER change_kept ON changes_change; DROP FUNCTION changes_change_kept();
"""

LOCKS = """
CREATE OR REPLACE FUNCTION needs_need_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  said text[] := ARRAY['title','kind','field','keywords','region','problem','present','goal','conditions','budget','period_months',
                       'trl_now','trl_target','cooperation','ownership','organisation_id','batch_id'];
  word text;
  amended jsonb;
BEGIN
  IF OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number THEN
    RAISE EXCEPTION 'need %: a listing keeps its number', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.status NOT IN ('draft', 'returned') THEN
    IF OLD.status = 'published' AND clock_timestamp() < OLD.bid_deadline THEN
      SELECT c.said -> 'fields' INTO amended FROM changes_in_force(OLD.id, 'amend') c;
    END IF;
    FOREACH word IN ARRAY said LOOP
      IF to_jsonb(NEW) -> word IS DISTINCT FROM to_jsonb(OLD) -> word
         AND (amended IS NULL OR NOT amended ? word
              OR CASE word WHEN 'budget' THEN NEW.budget IS DISTINCT FROM (amended ->> 'budget')::numeric
                 ELSE to_jsonb(NEW) ->> word IS DISTINCT FROM amended ->> word END) THEN
        RAISE EXCEPTION 'need %: % is locked while the need is %', OLD.id, word, OLD.status USING ERRCODE = 'check_violation';
      END IF;
    END LOOP;
  END IF;
  IF OLD.status = 'published' THEN
    IF NEW.bid_deadline IS DISTINCT FROM OLD.bid_deadline
       AND (NEW.bid_deadline < OLD.bid_deadline OR clock_timestamp() >= OLD.bid_deadline) THEN
      RAISE EXCEPTION 'need %: a deadline never comes earlier and never moves once it has passed', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.bid_deadline IS DISTINCT FROM OLD.bid_deadline
       AND NOT EXISTS (SELECT FROM changes_in_force(OLD.id, 'extend') c WHERE c.new_deadline = NEW.bid_deadline)
       AND NOT EXISTS (SELECT FROM changes_in_force(OLD.id, 'amend') c WHERE c.new_deadline = NEW.bid_deadline) THEN
      RAISE EXCEPTION 'need %: a deadline moves by a change that two people made', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.public_key IS DISTINCT FROM OLD.public_key THEN
      RAISE EXCEPTION 'need %: bids are sealed with this key', OLD.id USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  IF NEW.published_hash IS DISTINCT FROM OLD.published_hash AND OLD.status IN ('published', 'closed', 'opened')
     AND NOT EXISTS (SELECT FROM changes_in_force(OLD.id, 'amend')) THEN
    RAISE EXCEPTION 'need %: its fingerprint is that of what was approved', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF (NEW.amendments <> OLD.amendments AND NOT (NEW.amendments = OLD.amendments + 1
        AND EXISTS (SELECT FROM changes_in_force(OLD.id, 'amend'))))
     OR (NEW.extensions <> OLD.extensions AND NOT (NEW.extensions = OLD.extensions + 1
        AND EXISTS (SELECT FROM changes_in_force(OLD.id, 'extend')))) THEN
    RAISE EXCEPTION 'need %: amendments and extensions are counted as they are approved', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION needs_indicator_locked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held text;
  cutoff timestamptz;
  rows jsonb;
BEGIN
  SELECT status, bid_deadline INTO held, cutoff FROM needs_need WHERE id = COALESCE(NEW.need_id, OLD.need_id);
  IF held IS NULL OR held IN ('draft', 'returned') THEN
    RETURN COALESCE(NEW, OLD);
  END IF;
  IF held = 'published' AND clock_timestamp() < cutoff THEN
    SELECT c.said -> 'indicators' INTO rows FROM changes_in_force(COALESCE(NEW.need_id, OLD.need_id), 'amend') c;
  END IF;
  IF rows IS NOT NULL AND (TG_OP <> 'UPDATE' OR (NEW.id, NEW.need_id) = (OLD.id, OLD.need_id)) THEN
    IF TG_OP = 'DELETE' THEN
      IF NOT EXISTS (SELECT FROM jsonb_array_elements(rows) r WHERE r ->> 'id' = OLD.id::text) THEN
        RETURN OLD;
      END IF;
    ELSIF EXISTS (
      SELECT FROM jsonb_array_elements(rows) r
      WHERE r ->> 'id' = NEW.id::text AND r ->> 'name' = NEW.name AND r ->> 'operator' = NEW.operator
        AND (r ->> 'value')::numeric IS NOT DISTINCT FROM NEW.value
        AND (r ->> 'value_max')::numeric IS NOT DISTINCT FROM NEW.value_max
        AND r ->> 'unit' = NEW.unit AND r ->> 'text' = NEW.text AND r ->> 'test_method' = NEW.test_method
        AND (r ->> 'is_hard')::boolean = NEW.is_hard AND (r ->> 'position')::int = NEW.position) THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'indicator: locked while the need is %', held USING ERRCODE = 'check_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("changes", "0001_initial"), ("needs", "0006_life_of_a_listing")]

    operations = [
        GuardStatus("change", "changes_change"),
        migrations.RunSQL(KEPT, UNDO_KEPT),
        migrations.RunSQL(LOCKS, migrations.RunSQL.noop),
    ]
