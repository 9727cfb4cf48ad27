from threading import Thread

import pytest
from django.db import connection, transaction

from core.models import Counter
from core.numbers import next_number


@pytest.mark.django_db
def test_each_series_counts_from_one():
    assert [next_number("JB-2026-Q4") for _ in range(3)] == [1, 2, 3]
    assert next_number("JB-2027-Q1") == 1


@pytest.mark.django_db
def test_a_failed_transaction_leaves_no_gap():
    next_number("JB")
    with transaction.atomic():
        assert next_number("JB") == 2
        transaction.set_rollback(True)
    assert next_number("JB") == 2


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    with pytest.raises(RuntimeError, match="transaction"):
        next_number("JB")
    assert not Counter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_each_number_exactly_once():
    taken: list[int] = []

    def take() -> None:
        try:
            for _ in range(10):
                with transaction.atomic():
                    taken.append(next_number("JB"))
        finally:
            connection.close()

    threads = [Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(1, 61))
