from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("needs", "0002_guards")]

    operations = [
        migrations.AddField("need", "typed", models.JSONField(default=list, editable=False)),
    ]
