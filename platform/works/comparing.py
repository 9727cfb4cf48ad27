"""What the team has already, or has had above in the same file: the same work, or one that is nearly the same."""

from typing import Any

from django.utils.translation import gettext as _

from teams.models import Team
from works.keys import alike, ends, plain
from works.models import Verdict, Work

COMPARED = 10  # titles with the same beginning: “一种基于深度学习的…” is no sign of anything


class Known:
    """Fed with one row after another; a team of 100,000 works is some 60 MB of titles."""

    def __init__(self, team: Team) -> None:
        self._begin()
        rows = Work.objects.filter(team=team).values_list("kind", "title", "title_key", "year", "number_key")
        for kind, title, key, year, number in rows.order_by().iterator(chunk_size=5000):
            self._keep(kind, title, key, year, number, 0)

    @classmethod
    def empty(cls) -> "Known":
        """Of a team that has nothing yet."""
        made = cls.__new__(cls)
        made._begin()
        return made

    def _begin(self) -> None:
        self.titles: dict[tuple[str, str], dict[int | None, int]] = {}  # (kind, key) → year → row; 0: the team's own
        self.numbers: dict[str, int] = {}
        self.ends: dict[tuple[str, str], list[tuple[str, str]]] = {}  # (kind, end) → (letters, title)

    def place(self, fields: dict[str, Any], row: int) -> tuple[str, str]:
        """The verdict about one row, and the sentence that goes with it."""
        kind, title, key = fields["kind"], fields["title"], fields["title_key"]
        year, number = fields["year"], fields["number_key"]
        seen = self.titles.get((kind, key), {})
        if number and (first := self.numbers.get(number)) is not None:
            return Verdict.SAME, _where(first, _("编号"))
        if year in seen:
            return Verdict.SAME, _where(seen[year], _("题名和年份"))
        verdict, why = Verdict.FRESH, ""
        if seen:
            verdict, why = Verdict.NEAR, _("已有同名的一项，年份不同。请核对是不是同一项。")
        elif other := self._alike(kind, title):
            verdict, why = Verdict.NEAR, _("与“%(title)s”很像。请核对是不是同一项。") % {"title": other[:80]}
        self._keep(kind, title, key, year, number, row)
        return verdict, why

    def _alike(self, kind: str, title: str) -> str:
        letters = plain(title)
        for end in ends(letters):
            for others, other in self.ends.get((kind, end), ()):
                if alike(letters, others):
                    return other
        return ""

    def _keep(self, kind: str, title: str, key: str, year: int | None, number: str, row: int) -> None:
        self.titles.setdefault((kind, key), {}).setdefault(year, row)
        if number:
            self.numbers.setdefault(number, row)
        letters = plain(title)
        for end in ends(letters):
            bucket = self.ends.setdefault((kind, end), [])
            if len(bucket) < COMPARED:
                bucket.append((letters, title))


def _where(row: int, what: str) -> str:
    if row:
        return _("与文件第 %(n)s 行的%(what)s相同，只导入前一项。") % {"n": row, "what": what}
    return _("团队已登记过%(what)s相同的一项，不重复导入。") % {"what": what}
