"""What was asked and what was answered stays as it was said; of an opened bid only what may be clarified changes."""

from django.db import migrations

from workflow.guard import GuardStatus

KEPT = """
CREATE FUNCTION clarifications_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE'
     OR (NEW.proposal_id, NEW.asked_by_id, NEW.question, NEW.parts, NEW.days) IS DISTINCT FROM
        (OLD.proposal_id, OLD.asked_by_id, OLD.question, OLD.parts, OLD.days)
     OR (OLD.answered_at IS NOT NULL AND (NEW.reply, NEW.before, NEW.after, NEW.answered_by_id, NEW.answered_at) IS DISTINCT FROM
        (OLD.reply, OLD.before, OLD.after, OLD.answered_by_id, OLD.answered_at)) THEN
    RAISE EXCEPTION 'clarification %: what was said is kept as it was said', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER clarification_kept BEFORE UPDATE OR DELETE ON clarifications_clarification
  FOR EACH ROW EXECUTE FUNCTION clarifications_kept();

CREATE FUNCTION clarifications_bid_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  field text;
BEGIN
  IF OLD.content IS NULL OR NEW.content IS NOT DISTINCT FROM OLD.content THEN
    RETURN NEW;
  END IF;
  FOREACH field IN ARRAY ARRAY['price', 'milestones', 'budget', 'participants', 'files', 'period_months', 'ownership', 'members'] LOOP
    IF NEW.content -> field IS DISTINCT FROM OLD.content -> field THEN
      RAISE EXCEPTION 'proposal %: % of an opened bid never changes', OLD.id, field USING ERRCODE = 'check_violation';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;
CREATE TRIGGER opened_bid_kept BEFORE UPDATE OF content ON proposals_proposal
  FOR EACH ROW EXECUTE FUNCTION clarifications_bid_kept();
"""

UNDO = """
DROP TRIGGER opened_bid_kept ON proposals_proposal; DROP FUNCTION clarifications_bid_kept();
DROP TRIGGER clarification_kept ON clarifications_clarification; DROP FUNCTION clarifications_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("clarifications", "0001_initial")]

    operations = [
        GuardStatus("clarification", "clarifications_clarification"),
        migrations.RunSQL(KEPT, UNDO),
    ]
