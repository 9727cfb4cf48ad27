"""The formal check, as the database keeps it: nothing is compared unvetted, nothing fails without a reason."""

from django.db import migrations

from workflow.guard import GuardStatus

# A listing runs again only where nothing was handed in before: whatever is there belongs to the round that runs now.
ROUNDS = "UPDATE proposals_proposal p SET round = n.relists FROM needs_need n WHERE n.id = p.need_id AND n.relists > 0"

SEALED = """
CREATE OR REPLACE FUNCTION proposals_proposal_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held text;
  cutoff timestamptz;
  sealing text;
  relists int;
  vetted bool;
BEGIN
  IF NEW.status IS NOT DISTINCT FROM OLD.status THEN
    RETURN NEW;
  END IF;
  SELECT n.status, n.bid_deadline, b.sealing, n.relists, b.vetting INTO held, cutoff, sealing, relists, vetted
    FROM needs_need n JOIN needs_batch b ON b.id = n.batch_id WHERE n.id = NEW.need_id;
  IF NEW.status = 'withdrawn' AND OLD.status = 'submitted' THEN
    -- As for a submission: a withdrawal in flight is over before anything is counted, or is refused.
    SELECT status, bid_deadline INTO held, cutoff FROM needs_need WHERE id = NEW.need_id FOR SHARE;
  END IF;
  IF NEW.status = 'withdrawn' AND OLD.status = 'submitted' AND (held <> 'published' OR clock_timestamp() >= cutoff) THEN
    RAISE EXCEPTION 'DEADLINE' USING ERRCODE = 'P0D01';
  END IF;
  -- A listing may run twice: the opening of its first round must not break the seal of its second.
  IF NEW.status IN ('opened', 'vetting', 'unreadable') AND OLD.status = 'submitted' AND sealing = 'sealed' AND
     (held NOT IN ('opened', 'vetting') OR NOT EXISTS (SELECT 1 FROM proposals_opening o
       WHERE o.need_id = NEW.need_id AND o.round = relists AND o.status = 'opened')) THEN
    RAISE EXCEPTION 'proposal %: sealed until two people open it', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF vetted AND NEW.status = 'opened' AND OLD.status IN ('submitted', 'unreadable') THEN
    RAISE EXCEPTION 'proposal %: its batch asks for a formal check', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""

VETTED = """
CREATE FUNCTION proposals_vetted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'vetting' AND NEW.status = 'opened' AND NOT EXISTS
     (SELECT FROM proposals_vetting v WHERE v.proposal_id = NEW.id AND v.status = 'passed') THEN
    RAISE EXCEPTION 'proposal %: compared before its formal check', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  IF NEW.status = 'rejected' AND OLD.status <> 'rejected' AND NOT EXISTS
     (SELECT FROM proposals_vetting v WHERE v.proposal_id = NEW.id AND v.status = 'failed') THEN
    RAISE EXCEPTION 'proposal %: rejected without a formal check', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER proposal_vetted AFTER UPDATE OF status ON proposals_proposal
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION proposals_vetted();

CREATE FUNCTION proposals_vetting_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR NEW.proposal_id <> OLD.proposal_id OR (OLD.settled_at IS NOT NULL AND
     (NEW.marks, NEW.asked, NEW.reply, NEW.code, NEW.sentence, NEW.objection, NEW.ruling, NEW.settled_at) IS DISTINCT FROM
     (OLD.marks, OLD.asked, OLD.reply, OLD.code, OLD.sentence, OLD.objection, OLD.ruling, OLD.settled_at)) THEN
    RAISE EXCEPTION 'vetting %: what was found is kept as it was', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER vetting_kept BEFORE UPDATE OR DELETE ON proposals_vetting
  FOR EACH ROW EXECUTE FUNCTION proposals_vetting_kept();
"""
UNDO_VETTED = """
DROP TRIGGER vetting_kept ON proposals_vetting; DROP FUNCTION proposals_vetting_kept();
DROP TRIGGER proposal_vetted ON proposals_proposal; DROP FUNCTION proposals_vetted();
"""

ANSWERED = """
CREATE OR REPLACE FUNCTION proposals_need_answered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.status IN ('selected', 'failed') AND OLD.status IS DISTINCT FROM NEW.status AND EXISTS
     (SELECT 1 FROM proposals_proposal p
      WHERE p.need_id = NEW.id AND p.status IN ('submitted', 'vetting', 'opened', 'unreadable')) THEN
    RAISE EXCEPTION 'need %: every bidder has an answer before it closes', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("proposals", "0009_vetting")]

    operations = [
        migrations.RunSQL(ROUNDS, migrations.RunSQL.noop),
        GuardStatus("vetting", "proposals_vetting"),
        migrations.RunSQL(SEALED, migrations.RunSQL.noop),
        migrations.RunSQL(VETTED, UNDO_VETTED),
        migrations.RunSQL(ANSWERED, migrations.RunSQL.noop),
    ]
