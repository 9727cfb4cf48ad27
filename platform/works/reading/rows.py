"""What every reader gives."""

from dataclasses import dataclass, field
from typing import Any

from workflow.machine import Refused


class Unreadable(Refused):
    """The file as a whole cannot be read; the sentence says what to do."""


@dataclass
class Raw:
    """One row as it stands in the file, by the names of a work's columns."""

    number: int  # as a person counts: the row of a table, the line where an entry begins
    values: dict[str, Any] = field(default_factory=dict)
    error: str = ""
