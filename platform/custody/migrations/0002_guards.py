"""No listing goes out under a key that three people do not hold; a share stays with whom it was dealt to."""

from django.db import migrations

from workflow.guard import GuardStatus

DEALT = """
CREATE FUNCTION custody_dealt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  start numeric;
  kept text;
BEGIN
  SELECT custody_from, sealing INTO start, kept FROM needs_batch WHERE id = NEW.batch_id;
  IF kept <> 'sealed' OR start IS NULL OR coalesce(NEW.budget, 0) < start THEN
    RETURN NEW;
  END IF;
  IF NOT NEW.key_dealt OR (SELECT count(*) FROM custody_custodian WHERE need_id = NEW.id AND round = NEW.relists
     AND status = 'proved' AND sealed_share IS NOT NULL AND proof_key <> '') <> 3 THEN
    RAISE EXCEPTION 'need %: three people have to hold its key', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER need_key_dealt BEFORE UPDATE OF status ON needs_need FOR EACH ROW
  WHEN (NEW.status = 'published' AND OLD.status = 'scheduled') EXECUTE FUNCTION custody_dealt();

CREATE FUNCTION custody_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (NEW.need_id, NEW.round, NEW.seat, NEW.person_id) IS DISTINCT FROM (OLD.need_id, OLD.round, OLD.seat, OLD.person_id)
     OR (OLD.proof_key <> '' AND (NEW.proof_key, NEW.recipient) IS DISTINCT FROM (OLD.proof_key, OLD.recipient))
     OR (OLD.sealed_share IS NOT NULL AND NEW.sealed_share IS DISTINCT FROM OLD.sealed_share
         AND NOT (NEW.sealed_share IS NULL AND NEW.status = 'released')) THEN
    RAISE EXCEPTION 'custodian %: who holds which share is kept as it was dealt', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER custodian_kept BEFORE UPDATE OR DELETE ON custody_custodian FOR EACH ROW EXECUTE FUNCTION custody_kept();
"""
UNDO = """
DROP TRIGGER custodian_kept ON custody_custodian; DROP FUNCTION custody_kept();
DROP TRIGGER need_key_dealt ON needs_need; DROP FUNCTION custody_dealt();
"""


class Migration(migrations.Migration):
    dependencies = [("custody", "0001_initial"), ("needs", "0012_batch_custody")]

    operations = [GuardStatus("custodian", "custody_custodian"), migrations.RunSQL(DEALT, UNDO)]
