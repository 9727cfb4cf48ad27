"""What was decided stands until it is published, and nothing is published that was not decided, by two where it must be."""

from django.db import migrations

from workflow.guard import GuardStatus

KEPT = """
CREATE FUNCTION decisions_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'decision %: is kept', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF OLD.published_at IS NOT NULL AND
     (NEW.need_id, NEW.kind, NEW.code, NEW.reason, NEW.decided_by_id, NEW.approved_by_id, NEW.decided_at, NEW.published_at) IS DISTINCT FROM
     (OLD.need_id, OLD.kind, OLD.code, OLD.reason, OLD.decided_by_id, OLD.approved_by_id, OLD.decided_at, OLD.published_at) THEN
    RAISE EXCEPTION 'decision %: what was published is kept as it was', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status IN ('decided', 'published') AND NEW.kind = 'choice' AND NEW.approved_by_id IS NULL AND EXISTS
     (SELECT FROM needs_need n JOIN needs_batch b ON b.id = n.batch_id WHERE n.id = NEW.need_id AND b.two_deciders) THEN
    RAISE EXCEPTION 'decision %: its batch asks for two people', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER decision_by_two BEFORE UPDATE OR DELETE ON decisions_decision
  FOR EACH ROW EXECUTE FUNCTION decisions_by_two();

CREATE FUNCTION decisions_answers_held() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.outcome, NEW.code, NEW.sentence, NEW.rank) IS DISTINCT FROM (OLD.outcome, OLD.code, OLD.sentence, OLD.rank) AND EXISTS
     (SELECT FROM decisions_decision d JOIN proposals_proposal p ON p.need_id = d.need_id
      WHERE p.id = NEW.proposal_id AND d.status IN ('proposed', 'decided')) THEN
    RAISE EXCEPTION 'answer %: a decision stands on it', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER answer_held BEFORE UPDATE ON proposals_answer
  FOR EACH ROW EXECUTE FUNCTION decisions_answers_held();

CREATE FUNCTION decisions_need_decided() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Of this very transaction: an old decision does not choose a second time.
  IF OLD.status IN ('published', 'closed', 'opened') AND NEW.status IN ('selected', 'failed') AND NOT EXISTS
     (SELECT FROM decisions_decision d WHERE d.need_id = NEW.id AND d.status = 'published' AND d.published_at >= now()) THEN
    RAISE EXCEPTION 'need %: nothing was decided and published', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER need_decided AFTER UPDATE OF status ON needs_need
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION decisions_need_decided();
"""
UNDO = """
DROP TRIGGER need_decided ON needs_need; DROP FUNCTION decisions_need_decided();
DROP TRIGGER answer_held ON proposals_answer; DROP FUNCTION decisions_answers_held();
DROP TRIGGER decision_by_two ON decisions_decision; DROP FUNCTION decisions_by_two();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0001_initial"),
        ("needs", "0010_batch_two_deciders"),
        ("proposals", "0005_what_bidders_were_told"),
    ]

    operations = [GuardStatus("decision", "decisions_decision"), migrations.RunSQL(KEPT, UNDO)]
