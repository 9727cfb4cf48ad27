from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from core import workdays
from core.clock import BEIJING
from core.models import DayOverride

pytestmark = pytest.mark.django_db


def test_a_weekend_that_makes_up_for_a_holiday_is_a_workday():
    assert workdays.is_workday(date(2026, 2, 14))  # Saturday, 调休
    assert not workdays.is_workday(date(2026, 2, 17))  # Tuesday, 春节
    assert workdays.is_workday(date(2026, 11, 24))
    assert not workdays.is_workday(date(2026, 11, 28))


def test_a_term_counts_from_the_day_after_and_skips_the_holidays():
    assert workdays.add_workdays(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert workdays.add_workdays(date(2026, 11, 24), 3) == date(2026, 11, 27)
    assert workdays.add_workdays(date(2026, 11, 27), 1) == date(2026, 11, 30)


def test_a_term_of_no_days_ends_on_the_next_day_people_work():
    assert workdays.add_workdays(date(2026, 11, 24), 0) == date(2026, 11, 24)
    assert workdays.add_workdays(date(2026, 11, 28), 0) == date(2026, 11, 30)


def test_a_term_does_not_run_backwards():
    with pytest.raises(ValueError, match="forward"):
        workdays.add_workdays(date(2026, 11, 24), -1)


@pytest.mark.parametrize("days", range(1, 15))
def test_the_days_between_are_the_days_added(days):
    start = date(2026, 9, 22)
    end = workdays.add_workdays(start, days)
    assert workdays.workdays_between(start, end) == days
    assert workdays.workdays_between(end, start) == -days


def test_the_zone_decides_otherwise_for_one_day():
    DayOverride.objects.create(date=date(2026, 11, 24), is_workday=False, note="台风")
    DayOverride.objects.create(date=date(2026, 11, 28), is_workday=True)
    assert not workdays.is_workday(date(2026, 11, 24))
    assert workdays.is_workday(date(2026, 11, 28))


def test_an_unknown_year_is_said_aloud():
    with pytest.raises(workdays.MissingYear, match=r"还没有 2031 年的放假调休安排.*load_workdays 2031"):
        workdays.is_workday(date(2031, 5, 6))


def test_one_stray_override_does_not_make_a_year_known():
    DayOverride.objects.create(date=date(2031, 5, 6), is_workday=False)
    assert not workdays.is_workday(date(2031, 5, 6))
    with pytest.raises(workdays.MissingYear):
        workdays.is_workday(date(2031, 5, 7))


def test_an_administrator_enters_the_year_that_was_missing():
    out = StringIO()
    call_command(
        "load_workdays",
        2031,
        off=["2031-01-01..2031-01-03", "2031-10-01"],
        work=["2031-01-04"],
        note="国办",
        stdout=out,
    )
    assert out.getvalue() == "2031 年：放假 4 天，调休上班 1 天。\n"
    assert not workdays.is_workday(date(2031, 1, 2))
    assert workdays.is_workday(date(2031, 1, 4))  # a Saturday
    assert not workdays.is_workday(date(2031, 5, 10))
    assert workdays.is_workday(date(2031, 5, 12))


@pytest.mark.parametrize(
    ("off", "work", "why"),
    [
        (["2031-10-01"], [], "缺少 2031-01-01"),
        (["2031-01-01"], ["2031-01-01"], "既放假又上班"),
        (["2031-01-01", "2030-12-31"], [], "不在 2031 年内"),
        (["2031-01-01", "2031-10-07..2031-10-01"], [], "先后颠倒"),
        (["2031-01-01", "10月1日"], [], "不是日期"),
    ],
)
def test_a_wrong_holiday_plan_is_refused_whole(off, work, why):
    with pytest.raises(CommandError, match=why):
        call_command("load_workdays", 2031, off=off, work=work)
    assert not DayOverride.objects.exists()


def test_a_term_ends_at_half_past_five_in_the_zone():
    assert workdays.end_of_workday(date(2026, 12, 1)) == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def test_a_term_that_may_choose_ends_when_a_working_day_does():
    friday = datetime(2026, 6, 12, 17, 30, tzinfo=BEIJING)
    assert workdays.closing_after(friday - timedelta(hours=9)) == friday
    assert workdays.closing_after(friday) == friday
    assert workdays.closing_after(friday + timedelta(seconds=1)) == friday + timedelta(days=3)
    holiday = datetime(2026, 10, 1, 0, 0, tzinfo=BEIJING)
    assert workdays.closing_after(holiday) == datetime(2026, 10, 8, 17, 30, tzinfo=BEIJING)


def test_an_instant_is_not_a_day():
    with pytest.raises(TypeError):
        workdays.is_workday(datetime(2026, 11, 24, tzinfo=UTC))


def test_a_page_full_of_terms_reads_the_table_once(django_assert_num_queries):
    with django_assert_num_queries(1), workdays.one_calendar():
        for n in range(1, 20):
            workdays.add_workdays(date(2026, 9, 22), n)


def test_the_next_request_sees_the_days_entered_meanwhile():
    with workdays.one_calendar():
        assert workdays.is_workday(date(2026, 11, 24))
    DayOverride.objects.create(date=date(2026, 11, 24), is_workday=False)
    assert not workdays.is_workday(date(2026, 11, 24))
    with workdays.one_calendar():
        assert not workdays.is_workday(date(2026, 11, 24))


def test_every_request_reads_the_table_at_most_once(client, django_assert_num_queries):
    from core.middleware import one_calendar

    page = one_calendar(lambda request: [workdays.is_workday(date(2026, 11, n)) for n in range(1, 20)])
    with django_assert_num_queries(1):
        page(None)
