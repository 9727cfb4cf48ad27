import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("needs", "0013_vetting")]

    operations = [
        migrations.AddIndex(
            model_name="need",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("number__isnull", False)), fields=["search"], name="need_search_listed"
            ),
        ),
        migrations.AddIndex(
            model_name="need",
            index=django.contrib.postgres.indexes.GinIndex(
                condition=models.Q(("number__isnull", True)), fields=["search"], name="need_search_hidden"
            ),
        ),
        # last: it shuts out readers until the transaction ends
        migrations.RemoveIndex(model_name="need", name="need_search"),
    ]
