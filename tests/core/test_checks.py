from datetime import date

import pytest
from django.core.checks import run_checks

from core import checks
from core.models import DayOverride


@pytest.mark.django_db
def test_this_database_reads_chinese():
    assert checks.similarity("default") > 0.3
    assert "core.E001" not in {message.id for message in run_checks(tags=["database"], databases=["default"])}


def test_a_database_with_a_c_locale_is_an_error():
    assert checks.unreadable(0.0).id == "core.E001"
    assert checks.unreadable(0.5) is None


def test_before_the_first_migration_there_is_nothing_to_say():
    assert checks.unreadable(None) is None


@pytest.mark.django_db
def test_a_year_about_to_begin_without_its_holidays_is_a_warning():
    assert checks.unknown_year(date(2032, 1, 8)).id == "core.W001"
    DayOverride.objects.create(date=date(2032, 1, 1), is_workday=False)
    assert checks.unknown_year(date(2032, 1, 8)) is None


def test_no_check_touches_a_database_that_was_not_asked_for():
    assert checks.the_year_ahead_is_known(None, None) == []
    assert checks.database_reads_chinese(None, None) == []
