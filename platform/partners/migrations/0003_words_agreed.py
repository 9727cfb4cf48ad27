from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_guards")]

    operations = [
        migrations.AddField("partnership", "agreed", models.JSONField(editable=False, null=True)),
    ]
