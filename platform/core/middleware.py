"""What the ground needs around every request."""

from collections.abc import Callable
from typing import Any

from core import workdays


def one_calendar(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A page with a hundred lamps reads the zone's table of days once."""

    def respond(request: Any) -> Any:
        with workdays.one_calendar():
            return get_response(request)

    return respond
