from django.db import migrations

from workflow.guard import GuardStatus


class Migration(migrations.Migration):
    dependencies = [("meetings", "0001_initial")]

    operations = [GuardStatus("intent", "meetings_intent")]
