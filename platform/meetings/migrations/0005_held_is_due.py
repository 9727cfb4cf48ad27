"""A meeting that took place before there were minutes ended there, without a date; now it waits for them."""

from django.db import migrations

DUE = "UPDATE meetings_meeting SET due_at = now() + interval '7 days' WHERE status = 'held' AND due_at IS NULL"


class Migration(migrations.Migration):
    dependencies = [("meetings", "0004_minutes")]

    operations = [migrations.RunSQL(DUE, migrations.RunSQL.noop)]
