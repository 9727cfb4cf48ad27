"""The worker keeps what is learnt in step with PostgreSQL."""


def carry_on() -> int:
    return 0
