from django.db import migrations

from workflow.guard import GuardStatus

NOT_ITSELF = """
CREATE FUNCTION partners_not_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.organisation_id = (SELECT organisation_id FROM needs_need WHERE id = NEW.need_id) THEN
    RAISE EXCEPTION 'partnership %: an enterprise is no partner of itself', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER not_itself BEFORE INSERT OR UPDATE OF need_id, organisation_id ON partners_partnership
FOR EACH ROW EXECUTE FUNCTION partners_not_itself();
"""


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]

    operations = [
        GuardStatus("partnership", "partners_partnership"),
        migrations.RunSQL(
            NOT_ITSELF, "DROP TRIGGER not_itself ON partners_partnership; DROP FUNCTION partners_not_itself();"
        ),
    ]
