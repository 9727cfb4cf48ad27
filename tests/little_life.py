"""What becomes of a listing of Alice's while it runs: amended twice, confirmed once, an extension waiting."""

from typing import Any

import world
from canaries import ALICES, OFFICERS, OPERATING, TAOS, Thing
from little_cases import Cases
from workflow.actions import perform

INSIDE = ALICES | OPERATING
PARTIES = "what Alice's need keeps to the parties"


class Life(Cases):
    def _life(self) -> None:
        cast, plant = self.cast, self.garden
        need = self._need("changed", status="published")
        bid = self._bid("changed", need, "Tao's sealed bid", cast.team, cast.tao, TAOS)
        first = self._amended(need, "第一次更正的难题。")
        perform(bid, "confirm", by=cast.tao)
        kept = bid.confirmations.get()
        self.things["confirmation"]["Tao's"] = Thing((bid.pk, kept.pk), {"reader": TAOS})
        self._amended(need, "第二次更正的难题。")
        self._move("confirm a bid", "proposal", bid, "confirm", TAOS, {"tao"})
        waiting = world.extension(cast, need, by=cast.guan, reason=f"多家团队反映样品周期长。{plant.word(PARTIES)}")
        for label, row in (("approved", first), ("proposed", waiting)):
            self.things["change"][label] = Thing((row.pk,), {"reader": INSIDE})
        self._move("approve an extension", "change", waiting, "approve", INSIDE, {"ling"})
        self._move("take an extension back", "change", waiting, "withdraw", INSIDE, {"guan"})
        for kind in ("amend", "extend", "take_down"):
            args = (*self.things["need"]["published"].args, kind)
            groups = {"reader": INSIDE, "proposer": ALICES | OFFICERS}
            self.things["need-change"][kind] = Thing(args, groups)

    def _amended(self, need: Any, problem: str) -> Any:
        """What is approved is everybody's, words and reason."""
        word = self.garden.word("listing")
        made = world.amendment(self.cast, need, problem=f"{problem}{word}")
        perform(made, "approve", by=self.cast.ling)
        need.refresh_from_db()
        return made
