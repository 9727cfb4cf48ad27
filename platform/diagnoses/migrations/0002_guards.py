"""The database keeps what was written: statuses, a log that only grows, ticks of what is on the desk, words proposed."""

from django.db import migrations

from workflow.guard import GuardStatus

ENTRY_KEPT = """
CREATE FUNCTION diagnoses_entry_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'entry %: a log stays as it was written', OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER entry_kept BEFORE UPDATE OR DELETE ON diagnoses_entry FOR EACH ROW EXECUTE FUNCTION diagnoses_entry_kept();
"""

CHECK_ON_THE_DESK = """
CREATE FUNCTION diagnoses_check_on_the_desk() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  held text;
BEGIN
  SELECT status INTO held FROM needs_need WHERE id = COALESCE(NEW.need_id, OLD.need_id);
  IF held IS NOT NULL AND held <> 'submitted' THEN
    RAISE EXCEPTION 'check: closed while the need is %', held USING ERRCODE = 'check_violation';
  END IF;
  RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER check_on_the_desk BEFORE INSERT OR UPDATE OR DELETE ON diagnoses_check
  FOR EACH ROW EXECUTE FUNCTION diagnoses_check_on_the_desk();
"""

LINE_KEPT = """
CREATE FUNCTION diagnoses_line_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.decision <> '' OR NEW.field <> OLD.field OR NEW.after IS DISTINCT FROM OLD.after THEN
    RAISE EXCEPTION 'line %: what was proposed and answered stays so', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER line_kept BEFORE UPDATE ON diagnoses_line FOR EACH ROW EXECUTE FUNCTION diagnoses_line_kept();
"""

UNDO = """
DROP TRIGGER line_kept ON diagnoses_line; DROP FUNCTION diagnoses_line_kept();
DROP TRIGGER check_on_the_desk ON diagnoses_check; DROP FUNCTION diagnoses_check_on_the_desk();
DROP TRIGGER entry_kept ON diagnoses_entry; DROP FUNCTION diagnoses_entry_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("diagnoses", "0001_initial"), ("needs", "0007_handler")]

    operations = [
        GuardStatus("assignment", "diagnoses_assignment"),
        GuardStatus("rewrite", "diagnoses_rewrite"),
        migrations.RunSQL(ENTRY_KEPT + CHECK_ON_THE_DESK + LINE_KEPT, UNDO),
    ]
