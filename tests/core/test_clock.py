from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from core import clock

pytestmark = pytest.mark.django_db


def test_time_passes_inside_a_transaction():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT transaction_timestamp()")
        begun = cursor.fetchone()[0]
        first, second = clock.now(), clock.now()
    assert begun < first < second


def test_now_names_its_zone():
    assert clock.now().utcoffset() is not None


@pytest.mark.parametrize(("hour", "day"), [(15, 24), (16, 25)])
def test_a_day_begins_at_midnight_in_the_zone(hour, day):
    assert clock.day_of(datetime(2026, 11, 24, hour, tzinfo=UTC)) == date(2026, 11, day)


def test_today_is_the_day_of_now():
    before, today, after = clock.now(), clock.today(), clock.now()
    assert clock.day_of(before) <= today <= clock.day_of(after)


@pytest.mark.django_db
def test_a_page_of_figures_reads_the_clock_once_and_lets_go_of_it(django_assert_num_queries) -> None:
    with django_assert_num_queries(1), clock.held():
        first, second = clock.now(), clock.now()
    assert first == second < clock.now()
