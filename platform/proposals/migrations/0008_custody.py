"""A key held in shares is not opened with fewer than two of them, unless the key from the safe was brought."""

from django.db import migrations

TWO = """
CREATE FUNCTION proposals_opening_shares() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT key_dealt FROM needs_need WHERE id = NEW.need_id)
     AND NOT EXISTS (SELECT FROM custody_rescue WHERE need_id = NEW.need_id AND round = NEW.round)
     AND (SELECT count(*) FROM custody_custodian WHERE need_id = NEW.need_id AND round = NEW.round
          AND status IN ('accepted', 'released')) < 2 THEN
    RAISE EXCEPTION 'opening %: two shares of its key have to be there', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER opening_shares BEFORE UPDATE OF status ON proposals_opening FOR EACH ROW
  WHEN (NEW.status = 'opened' AND OLD.status <> 'opened') EXECUTE FUNCTION proposals_opening_shares();
"""
UNDO = "DROP TRIGGER opening_shares ON proposals_opening; DROP FUNCTION proposals_opening_shares();"


class Migration(migrations.Migration):
    dependencies = [("proposals", "0007_witness"), ("custody", "0002_guards")]

    operations = [migrations.RunSQL(TWO, UNDO)]
