"""The seal, as the database keeps it: the deadline under lock, versions that stay, answers before anything closes."""

from django.db import migrations

from workflow.guard import GuardStatus

DEADLINE = """
CREATE FUNCTION proposals_submission_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held text;
  cutoff timestamptz;
  bid uuid;
BEGIN
  SELECT need_id INTO bid FROM proposals_proposal WHERE id = NEW.proposal_id;
  -- Blocks, and is blocked by, whoever opens: no submission can be in flight while the seal is broken.
  SELECT status, bid_deadline INTO held, cutoff FROM needs_need WHERE id = bid FOR SHARE;
  NEW.received_at := clock_timestamp();  -- after the lock: now() is the start of a transaction that may have waited
  IF held <> 'published' OR cutoff IS NULL OR NEW.received_at >= cutoff THEN
    RAISE EXCEPTION 'DEADLINE' USING ERRCODE = 'P0D01';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER submission_in_time BEFORE INSERT ON proposals_submission
  FOR EACH ROW EXECUTE FUNCTION proposals_submission_in_time();

CREATE FUNCTION proposals_submission_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.ciphertext <> OLD.ciphertext OR NEW.commitment <> OLD.commitment
     OR NEW.received_at <> OLD.received_at OR NEW.version <> OLD.version OR NEW.proposal_id <> OLD.proposal_id
     OR (OLD.receipt IS NOT NULL AND NEW.receipt IS DISTINCT FROM OLD.receipt) THEN
    RAISE EXCEPTION 'submission %: what was received is kept as it was', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER submission_kept BEFORE UPDATE OR DELETE ON proposals_submission
  FOR EACH ROW EXECUTE FUNCTION proposals_submission_kept();
"""

UNDO_DEADLINE = """
DROP TRIGGER submission_kept ON proposals_submission; DROP FUNCTION proposals_submission_kept();
DROP TRIGGER submission_in_time ON proposals_submission; DROP FUNCTION proposals_submission_in_time();
"""

OPENING = """
CREATE FUNCTION proposals_proposal_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held text;
  cutoff timestamptz;
  sealing text;
BEGIN
  IF NEW.status IS NOT DISTINCT FROM OLD.status THEN
    RETURN NEW;
  END IF;
  SELECT n.status, n.bid_deadline, b.sealing INTO held, cutoff, sealing
    FROM needs_need n JOIN needs_batch b ON b.id = n.batch_id WHERE n.id = NEW.need_id;
  IF NEW.status = 'withdrawn' AND OLD.status = 'submitted' AND (held <> 'published' OR clock_timestamp() >= cutoff) THEN
    RAISE EXCEPTION 'DEADLINE' USING ERRCODE = 'P0D01';
  END IF;
  IF NEW.status IN ('opened', 'unreadable') AND OLD.status = 'submitted' AND sealing = 'sealed' AND NOT EXISTS
     (SELECT 1 FROM proposals_opening o WHERE o.need_id = NEW.need_id AND o.status = 'opened') THEN
    RAISE EXCEPTION 'proposal %: sealed until two people open it', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER proposal_sealed BEFORE UPDATE OF status ON proposals_proposal
  FOR EACH ROW EXECUTE FUNCTION proposals_proposal_sealed();

CREATE FUNCTION proposals_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('selected', 'reserve', 'not_selected') AND NOT EXISTS
     (SELECT 1 FROM proposals_answer a WHERE a.proposal_id = NEW.id AND a.published_at IS NOT NULL) THEN
    RAISE EXCEPTION 'proposal %: no outcome without a reason and a sentence', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER proposal_answered AFTER UPDATE OF status ON proposals_proposal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proposals_answered();

CREATE FUNCTION proposals_need_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('selected', 'failed') AND OLD.status IS DISTINCT FROM NEW.status AND EXISTS
     (SELECT 1 FROM proposals_proposal p WHERE p.need_id = NEW.id AND p.status IN ('submitted', 'opened', 'unreadable')) THEN
    RAISE EXCEPTION 'need %: every bidder has an answer before it closes', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER need_answered AFTER UPDATE OF status ON needs_need
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proposals_need_answered();
"""

KEPT = """
CREATE FUNCTION proposals_opening_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- The clock columns follow the status a moment later; what was found at the opening never changes again.
  IF TG_OP = 'DELETE' OR (OLD.opened_at IS NOT NULL AND
     (NEW.opened_at, NEW.count, NEW.merkle_root, NEW.commitments, NEW.started_by_id, NEW.confirmed_by_id, NEW.need_id) IS DISTINCT FROM
     (OLD.opened_at, OLD.count, OLD.merkle_root, OLD.commitments, OLD.started_by_id, OLD.confirmed_by_id, OLD.need_id)) THEN
    RAISE EXCEPTION 'opening %: the record of an opening is final', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER opening_kept BEFORE UPDATE OR DELETE ON proposals_opening
  FOR EACH ROW EXECUTE FUNCTION proposals_opening_kept();
"""

UNDO_OPENING = """
DROP TRIGGER need_answered ON needs_need; DROP FUNCTION proposals_need_answered();
DROP TRIGGER proposal_answered ON proposals_proposal; DROP FUNCTION proposals_answered();
DROP TRIGGER proposal_sealed ON proposals_proposal; DROP FUNCTION proposals_proposal_sealed();
"""


class Migration(migrations.Migration):
    dependencies = [("proposals", "0001_initial"), ("needs", "0002_guards")]

    operations = [
        GuardStatus("proposal", "proposals_proposal"),
        GuardStatus("opening", "proposals_opening"),
        migrations.RunSQL(DEADLINE, UNDO_DEADLINE),
        migrations.RunSQL(OPENING, UNDO_OPENING),
        migrations.RunSQL(
            KEPT, "DROP TRIGGER opening_kept ON proposals_opening; DROP FUNCTION proposals_opening_kept();"
        ),
    ]
