"""Partners of a joint listing are asked before their terms are amended; the batch's own answers may be amended."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from workflow.guard import GuardStatus

AGREED = """
CREATE FUNCTION changes_partners_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM changes_consultation s WHERE s.change_id = NEW.id AND s.status <> 'agreed')
     OR (NEW.kind = 'amend'
         AND (NEW.before -> 'budget', NEW.before -> 'goal', NEW.before -> 'period_months', NEW.before -> 'cooperation',
              NEW.before -> 'ownership', NEW.before -> 'improvements', NEW.before -> 'deliverables',
              NEW.before -> 'deliverables_note', NEW.before -> 'indicators')
             IS DISTINCT FROM
             (NEW.after -> 'budget', NEW.after -> 'goal', NEW.after -> 'period_months', NEW.after -> 'cooperation',
              NEW.after -> 'ownership', NEW.after -> 'improvements', NEW.after -> 'deliverables',
              NEW.after -> 'deliverables_note', NEW.after -> 'indicators')
         AND EXISTS (SELECT FROM partners_partnership p WHERE p.need_id = NEW.need_id AND p.status = 'consented'
                     AND NOT EXISTS (SELECT FROM changes_consultation s WHERE s.change_id = NEW.id
                                     AND s.partnership_id = p.id AND s.status = 'agreed'))) THEN
    RAISE EXCEPTION 'change %: a partner has not agreed', NEW.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER change_partners_agreed BEFORE UPDATE ON changes_change FOR EACH ROW
  WHEN (OLD.approved_by_id IS NULL AND NEW.approved_by_id IS NOT NULL) EXECUTE FUNCTION changes_partners_agreed();

CREATE FUNCTION changes_consultation_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (NEW.change_id, NEW.partnership_id) IS DISTINCT FROM (OLD.change_id, OLD.partnership_id)
     OR (OLD.status <> 'asked' AND (NEW.answered_by_id, NEW.answered_at, NEW.reason)
         IS DISTINCT FROM (OLD.answered_by_id, OLD.answered_at, OLD.reason)) THEN
    RAISE EXCEPTION 'consultation %: what was answered is kept', OLD.id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consultation_kept BEFORE UPDATE OR DELETE ON changes_consultation
  FOR EACH ROW EXECUTE FUNCTION changes_consultation_kept();
"""

UNDO_AGREED = """
DROP TRIGGER consultation_kept ON changes_consultation; DROP FUNCTION changes_consultation_kept();
DROP TRIGGER change_partners_agreed ON changes_change; DROP FUNCTION changes_partners_agreed();
"""

ANSWERS = """
CREATE OR REPLACE FUNCTION needs_need_answers_locked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'published' AND clock_timestamp() < OLD.bid_deadline
     AND EXISTS (SELECT FROM changes_in_force(OLD.id, 'amend') c WHERE c.said -> 'answers' = NEW.answers) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'need %: its answers are locked while the need is %', OLD.id, OLD.status USING ERRCODE = 'check_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("changes", "0003_what_is_asked_since"),
        ("partners", "0003_words_agreed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Consultation",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name="创建时间"
                    ),
                ),
                ("status", models.CharField(db_index=True, editable=False, max_length=24)),
                (
                    "status_since",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
                ),
                ("due_at", models.DateTimeField(editable=False, null=True)),
                ("answered_at", models.DateTimeField(editable=False, null=True, verbose_name="答复时间")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="不同意的理由")),
                (
                    "answered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="changes.change",
                    ),
                ),
                (
                    "partnership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consultations",
                        to="partners.partnership",
                    ),
                ),
            ],
            options={
                "ordering": ["created_at"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["asked", "agreed", "objected", "lapsed"])),
                        name="consultation_status",
                    ),
                    models.UniqueConstraint(fields=("change", "partnership"), name="consulted_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("asked", "lapsed")),
                            models.Q(("answered_at__isnull", False), ("answered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="consultation_answered_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "objected"), _negated=True), ("reason__gt", ""), _connector="OR"
                        ),
                        name="consultation_says_why_not",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="change", name="change_status"),
        migrations.RemoveConstraint(model_name="change", name="one_open_change_per_need"),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        ["consulting", "proposed", "approved", "refused", "objected", "withdrawn", "lapsed"],
                    )
                ),
                name="change_status",
            ),
        ),
        migrations.AddConstraint(
            model_name="change",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("consulting", "proposed"))),
                fields=("need",),
                name="one_open_change_per_need",
            ),
        ),
        GuardStatus("consultation", "changes_consultation"),
        migrations.RunSQL(AGREED, UNDO_AGREED),
        migrations.RunSQL(ANSWERS, migrations.RunSQL.noop),
    ]
