"""What was asked and what was answered stays as it was said; nobody takes a question away."""

from django.db import migrations

from workflow.guard import GuardStatus

KEPT = """
CREATE FUNCTION questions_question_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.need_id, NEW.asker_id, NEW.text) IS DISTINCT FROM (OLD.need_id, OLD.asker_id, OLD.text)
     OR (OLD.answer <> '' AND NEW.answer <> OLD.answer) THEN
    RAISE EXCEPTION 'question %: what was said is kept as it was said', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER question_kept BEFORE UPDATE OR DELETE ON questions_question
  FOR EACH ROW EXECUTE FUNCTION questions_question_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("questions", "0001_initial")]

    operations = [
        GuardStatus("question", "questions_question"),
        migrations.RunSQL(
            KEPT, "DROP TRIGGER question_kept ON questions_question; DROP FUNCTION questions_question_kept();"
        ),
    ]
