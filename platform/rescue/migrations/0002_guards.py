"""An invitation moves only along its lifecycle."""

from django.db import migrations

from workflow.guard import GuardStatus


class Migration(migrations.Migration):
    dependencies = [("rescue", "0001_initial")]

    operations = [GuardStatus("invite", "rescue_invite")]
