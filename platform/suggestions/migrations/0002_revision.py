from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0001_suggestions")]

    operations = [
        migrations.AddField(
            model_name="following",
            name="revision",
            field=models.PositiveIntegerField(null=True),
        ),
    ]
