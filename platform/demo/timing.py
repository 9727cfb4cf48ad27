"""When what the demo tells has happened: how long cases have waited, when deadlines passed, what came after."""

from demo.needs import STORIES, Story

# How many days ago the last thing happened to a need: who is waited for has all the lamps between them.
WAITED = (0.2, 1.1, 2.3, 4.4, 7.2, 13.3)
# How many days ago the deadline was; what follows takes as long as it does in life.
PASSED = {
    "closed": 1,
    "vetting": 2,
    "opened": 3,
    "no_bid": 6,
    "selected": 9,
    "failed": 12,
    "intended": 20,
    "contracted": 34,
    "completed": 48,
    "terminated": 41,
}
CLOSES_AFTER = 0.95  # of the day of the deadline, whose term ends at half past five
OPENS_AFTER, ANSWERS_AFTER, MEETS_AFTER, SIGNS_AFTER, WORKS_AFTER = 1.1, 5.1, 9.1, 16.1, 24.1  # days after its midnight
FOUNDED, BEGAN = 95, 85  # days ago: the people came, the batches opened
COLD_FOR, COLD_WINDOW = 15, 24  # days: a listing nobody looks at, past three fifths of its period
AFTER_DEADLINE = tuple(PASSED)


def since(number: int, story: Story) -> float:
    """How many days ago its listing was published; else, how long it has stood where it is told to stand."""
    hour = number * 0.17 % 0.45  # of the day: not everything is published first thing in the morning
    if story.state in AFTER_DEADLINE:
        return PASSED[story.state] + days_of_bids(number, story) - hour
    if story.state == "published":
        return (COLD_FOR if number in COLD else 3 + number % 6) - hour
    return WAITED[number % len(WAITED)]


def days_of_bids(number: int, story: Story) -> int:
    if story.rolling and story.state == "published":
        return 60
    return COLD_WINDOW if number in COLD else 16 + len(story.title) % 9


# The last two of the listings that are open and sealed: nobody looks at them.
COLD = [n for n, story in enumerate(STORIES) if story.state == "published" and not story.rolling][-2:]
