"""Who was suggested for what in the little zone, what Tao's work says to Alice alone, what either side said of it."""

import suggesting
from canaries import ALICES, OFFICERS, OPERATING, TAOS, Thing
from little_cases import Cases
from needs.models import Need
from suggestions.actions import judge
from suggestions.states import Side
from works.actions import add_work

SHOWN = "what Tao's work says to Alice"
LOOKERS = {
    "draft": ALICES,
    "diagnosed": ALICES | OPERATING | {"yun"},
    "published": ALICES | OPERATING,
    "Charlie's": {"charlie"} | OPERATING,
}


class Matched(Cases):
    def _matched(self) -> None:
        """One row for a listing, one for a need that Yun diagnoses: she reads what is public of it, no more."""
        cast, plant = self.cast, self.garden
        words = {"title": plant.word(SHOWN), "abstract": plant.word(SHOWN)}
        kept = add_work(cast.team, kind="paper", year=2022, visibility="matching", by=cast.tao, **words)
        why = [suggesting.reason(kept, done=plant.word(SHOWN))]
        listed, diagnosed, rolling = map(self._of, ("published", "diagnosed", "rolling"))
        readers = {"Tao's": ALICES | OPERATING | TAOS, "under diagnosis": ALICES | OPERATING | {"yun"}}
        judges = {"Tao's": ALICES | OFFICERS | {"tao"}, "under diagnosis": ALICES | OFFICERS | {"yun"}}
        for label, need in (("Tao's", listed), ("under diagnosis", diagnosed)):
            row = suggesting.suggest(need, cast.team, reasons=why)
            self.things["suggestion"][label] = Thing((row.pk,), {"reader": readers[label], "judge": judges[label]})
        self._judged(listed, cast.rival_team, Side.NEED, cast.alice, "what Alice says of a match", ALICES | OFFICERS)
        self._judged(rolling, cast.team, Side.TEAM, cast.tao, "what Tao says of a match", {"tao"})
        self.things["suggestion-step"]["shown"] = Thing(("shown",), {"reader": OPERATING})
        for label, thing in self.things["need"].items():
            lookers = LOOKERS.get(label, set())
            thing.groups["looker"] = lookers
            thing.groups["asker"] = lookers - (OPERATING - OFFICERS)
            thing.groups["zone"] = lookers & OPERATING

    def _of(self, label: str) -> Need:
        return Need.objects.get(pk=self.things["need"][label].args[0])

    def _judged(self, need: Need, team: object, side: str, by: object, secret: str, actors: set[str]) -> None:
        suggesting.suggest(need, team, place=2, strength="weak")
        made = judge(need, team, side=side, code="field", words=self.garden.word(secret), by=by)
        readers = actors | OPERATING | (TAOS if side == Side.TEAM else ALICES)
        self.things["judgement"][f"of the {side}"] = Thing((made.pk,), {"reader": readers, "actor": actors})
