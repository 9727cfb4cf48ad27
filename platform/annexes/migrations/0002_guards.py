"""The database keeps what was agreed and what was read: texts, acceptances and reads are added to, never changed."""

from django.db import migrations

from workflow.guard import GuardStatus

KEPT = """
CREATE FUNCTION annexes_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% %: what was agreed or read is kept as it was', TG_TABLE_NAME, OLD.id USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER agreement_kept BEFORE UPDATE OR DELETE ON annexes_agreement FOR EACH ROW EXECUTE FUNCTION annexes_kept();
CREATE TRIGGER acceptance_kept BEFORE UPDATE OR DELETE ON annexes_acceptance FOR EACH ROW EXECUTE FUNCTION annexes_kept();
CREATE TRIGGER read_kept BEFORE UPDATE OR DELETE ON annexes_read FOR EACH ROW EXECUTE FUNCTION annexes_kept();

CREATE FUNCTION annexes_read_is_granted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.request_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM annexes_annexrequest r WHERE r.id = NEW.request_id AND r.need_id = NEW.need_id
       AND r.organisation_id = NEW.organisation_id AND r.status = 'granted') THEN
    RAISE EXCEPTION 'read: request % does not let anybody read', NEW.request_id USING ERRCODE = 'check_violation';
  END IF;
  NEW.created_at := clock_timestamp();
  RETURN NEW;
END $$;
CREATE TRIGGER read_is_granted BEFORE INSERT ON annexes_read FOR EACH ROW EXECUTE FUNCTION annexes_read_is_granted();
"""

UNDO = """
DROP TRIGGER read_is_granted ON annexes_read; DROP FUNCTION annexes_read_is_granted();
DROP TRIGGER read_kept ON annexes_read; DROP TRIGGER acceptance_kept ON annexes_acceptance;
DROP TRIGGER agreement_kept ON annexes_agreement; DROP FUNCTION annexes_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("annexes", "0001_initial")]

    operations = [GuardStatus("annex", "annexes_annexrequest"), migrations.RunSQL(KEPT, UNDO)]
