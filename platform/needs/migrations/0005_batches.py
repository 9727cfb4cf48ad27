"""Kinds of batches, their windows, notices and questions; what is published stays, an archive takes nothing in."""

import django.core.validators
from django.conf import settings
from django.db import migrations, models

FROZEN = """
CREATE OR REPLACE FUNCTION needs_batch_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'draft' AND (to_jsonb(NEW) - 'status' - 'status_since' - 'due_at') IS DISTINCT FROM
     (to_jsonb(OLD) - 'status' - 'status_since' - 'due_at') THEN
    RAISE EXCEPTION 'batch %: its rules are frozen since it was opened', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION needs_batch_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'draft' THEN
    RAISE EXCEPTION 'batch %: what was published is kept', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN OLD;
END $$;
CREATE TRIGGER batch_kept BEFORE DELETE ON needs_batch FOR EACH ROW EXECUTE FUNCTION needs_batch_kept();
"""

FROZEN_BEFORE = """
DROP TRIGGER batch_kept ON needs_batch; DROP FUNCTION needs_batch_kept();
CREATE OR REPLACE FUNCTION needs_batch_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'draft' AND (to_jsonb(NEW) - 'status' - 'status_since' - 'due_at') IS DISTINCT FROM
     (to_jsonb(OLD) - 'status' - 'status_since' - 'due_at' - 'frozen_hash' || jsonb_build_object('frozen_hash', NEW.frozen_hash)) THEN
    RAISE EXCEPTION 'batch %: its rules are frozen since it was opened', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
"""

NEEDS = """
CREATE FUNCTION needs_need_answers_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'need %: its answers are locked while the need is %', OLD.id, OLD.status USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER need_answers_locked BEFORE UPDATE ON needs_need FOR EACH ROW
  WHEN (OLD.status NOT IN ('draft', 'returned') AND NEW.answers IS DISTINCT FROM OLD.answers)
  EXECUTE FUNCTION needs_need_answers_locked();

CREATE FUNCTION needs_need_archive_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (TG_OP = 'INSERT' OR NEW.batch_id <> OLD.batch_id)
     AND (SELECT status FROM needs_batch WHERE id = NEW.batch_id) = 'archived' THEN
    RAISE EXCEPTION 'need %: an archived batch takes nothing in', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER need_archive_closed BEFORE INSERT OR UPDATE OF batch_id ON needs_need
  FOR EACH ROW EXECUTE FUNCTION needs_need_archive_closed();
"""

NEEDS_BEFORE = """
DROP TRIGGER need_archive_closed ON needs_need; DROP FUNCTION needs_need_archive_closed();
DROP TRIGGER need_answers_locked ON needs_need; DROP FUNCTION needs_need_answers_locked();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("needs", "0004_versions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="batch",
            name="batch_status",
        ),
        migrations.AddField(
            model_name="batch",
            name="additions",
            field=models.JSONField(blank=True, default=list, verbose_name="附加项"),
        ),
        migrations.AddField(
            model_name="batch",
            name="collects_until",
            field=models.DateTimeField(blank=True, null=True, verbose_name="征集截止"),
        ),
        migrations.AddField(
            model_name="batch",
            name="contact",
            field=models.TextField(blank=True, max_length=500, verbose_name="联系方式"),
        ),
        migrations.AddField(
            model_name="batch",
            name="edition",
            field=models.PositiveSmallIntegerField(
                blank=True,
                null=True,
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)],
                verbose_name="届次",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="frozen_form",
            field=models.PositiveSmallIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name="batch",
            name="guide",
            field=models.JSONField(blank=True, default=list, verbose_name="参赛须知"),
        ),
        migrations.AddField(
            model_name="batch",
            name="kind",
            field=models.CharField(
                choices=[("standing", "常年征集"), ("call", "专项征集"), ("contest", "创新挑战赛")],
                default="standing",
                max_length=8,
                verbose_name="批次类别",
            ),
        ),
        migrations.AddField(
            model_name="batch",
            name="notice",
            field=models.TextField(blank=True, max_length=5000, verbose_name="征集通知正文"),
        ),
        migrations.AddField(
            model_name="batch",
            name="opens_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="征集开始"),
        ),
        migrations.AddField(
            model_name="batch",
            name="published_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="公布时间"),
        ),
        migrations.AddField(
            model_name="need",
            name="answers",
            field=models.JSONField(blank=True, default=dict, editable=False, verbose_name="附加项"),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["draft", "open", "collected", "closed", "archived"])),
                name="batch_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["standing", "call", "contest"])), name="batch_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("edition__isnull", True), models.Q(("edition__gt", 0), ("kind", "contest")), _connector="OR"
                ),
                name="batch_edition",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "standing"), _negated=True),
                    models.Q(("collects_until__isnull", True), ("opens_at__isnull", True)),
                    _connector="OR",
                ),
                name="batch_standing_has_no_window",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "standing"),
                    ("status", "draft"),
                    models.Q(("collects_until__isnull", False), ("opens_at__isnull", False)),
                    _connector="OR",
                ),
                name="batch_public_has_its_window",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_at__isnull", True),
                    ("collects_until__isnull", True),
                    ("opens_at__lt", models.F("collects_until")),
                    _connector="OR",
                ),
                name="batch_opens_before_it_ends",
            ),
        ),
        migrations.AddConstraint(
            model_name="batch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "contest"), _negated=True),
                    ("status", "draft"),
                    ("edition__isnull", False),
                    _connector="OR",
                ),
                name="batch_contest_has_its_edition",
            ),
        ),
        migrations.RunSQL(FROZEN, FROZEN_BEFORE),
        migrations.RunSQL(NEEDS, NEEDS_BEFORE),
    ]
