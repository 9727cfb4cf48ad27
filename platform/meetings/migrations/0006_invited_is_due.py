"""Who is asked to confirm a meeting is asked to before it begins; rows of before may be due later than that."""

from django.db import migrations

DUE = "UPDATE meetings_meeting SET due_at = starts_at WHERE status = 'invited' AND due_at > starts_at"


class Migration(migrations.Migration):
    dependencies = [("meetings", "0005_held_is_due")]

    operations = [migrations.RunSQL(DUE, migrations.RunSQL.noop)]
