"""What is matched: teams with their works, and needs. Plain values, no database."""

from dataclasses import dataclass, field

Id = str | int  # as the one who asks writes it; it comes back unchanged


@dataclass(frozen=True)
class Work:
    """A paper, patent, result, project, contract or device that shows what a team can do. Any part may be empty."""

    title: str = ""
    abstract: str = ""
    keywords: tuple[str, ...] = ()
    year: int | None = None

    @property
    def text(self) -> str:
        return "\n".join(part for part in (self.title, " ".join(self.keywords), self.abstract) if part)


@dataclass(frozen=True)
class Team:
    id: Id
    name: str = ""
    works: tuple[Work, ...] = field(default=())


@dataclass(frozen=True)
class Need:
    id: Id
    text: str
    title: str = ""

    @property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}" if self.title else self.text
