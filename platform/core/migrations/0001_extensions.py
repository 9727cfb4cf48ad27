"""What the embedded and the production database both carry: fuzzy Chinese search, exclusion constraints, case-blind text."""

from django.contrib.postgres.operations import BtreeGistExtension, CITextExtension, TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [TrigramExtension(), BtreeGistExtension(), CITextExtension()]
