"""What becomes of a listing of Alice's while it runs: amended twice, confirmed once, an extension waiting."""

from contextlib import suppress
from typing import Any

import life
from canaries import ALICES, EVERYBODY, OFFICERS, OPERATING, PEOPLE, TAOS, Thing
from clarifications.actions import ask as clarify
from little_cases import Cases
from proposals.late import late_attempts
from proposals.models import Proposal
from workflow.actions import perform
from workflow.machine import Refused

INSIDE = ALICES | OPERATING
ASKERS = TAOS | {
    "charlie",
    "rui",
    "san",
    "si",
    "head",
    "yun",
}  # of verified organisations, but for the owner and the zone
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
        late = Proposal.objects.get(pk=self.things["proposal"]["closed"].args[0])
        with suppress(Refused):
            perform(late, "withdraw", by=cast.tao)
        self.things["refusal"]["Tao's"] = Thing((late.pk, late_attempts(late).get().pk), {"reader": TAOS})
        self._amended(need, "第二次更正的难题。")
        self._move("confirm a bid", "proposal", bid, "confirm", TAOS, {"tao"})
        waiting = life.extension(cast, need, by=cast.guan, reason=f"多家团队反映样品周期长。{plant.word(PARTIES)}")
        for label, row in (("approved", first), ("proposed", waiting)):
            self.things["change"][label] = Thing((row.pk,), {"reader": INSIDE})
        self._move("approve an extension", "change", waiting, "approve", INSIDE, {"ling"})
        self._move("take an extension back", "change", waiting, "withdraw", INSIDE, {"guan"})
        for kind in ("amend", "extend", "take_down"):
            args = (*self.things["need"]["published"].args, kind)
            groups = {"reader": INSIDE, "proposer": ALICES | OFFICERS}
            self.things["need-change"][kind] = Thing(args, groups)

        self._asked(need)
        self._invited(need)
        self._clarified()

    def _asked(self, need: Any) -> None:
        """Tao asks: what is answered everybody reads, what waits the enterprise and the zone; who it was, nobody."""
        cast, plant = self.cast, self.garden
        answered = life.question(cast, need, text=f"样片的基材由谁提供？{plant.word('listing')}")
        said = {"answer": f"由我方提供。{plant.word('listing')}"}
        perform(answered, "answer", by=cast.alice, data=said)
        waiting = life.question(cast, need, text=f"测试温度是多少？{plant.word('question that waits')}")
        everybody = {"reader": PEOPLE}
        self.things["question"]["answered"] = Thing((answered.pk,), everybody)
        self.things["question"]["asked"] = Thing((waiting.pk,), {"reader": INSIDE | {"tao"}})
        self._move("answer a question", "question", waiting, "answer", INSIDE | {"tao"}, ALICES)
        self._move("hide a question", "question", answered, "hide", PEOPLE, OFFICERS)
        self.things["asked"]["changed"] = Thing((need.number,), {"reader": EVERYBODY, "asker": ASKERS})

    def _clarified(self) -> None:
        """An opened bid of Rui's is asked something: for its team, the enterprise and the zone to read."""
        cast, plant = self.cast, self.garden
        groups, theirs = self.things["proposal"]["rival opened"].groups, "Rui's opened bid"
        bid = Proposal.objects.get(pk=self.things["proposal"]["rival opened"].args[0])
        question = f"依据与响应值不一致，请说明。{plant.word(theirs)}"
        row = clarify(bid, question=question, parts=["text:approach"], days=3, by=cast.alice)
        self.things["clarification"]["asked"] = Thing((row.pk,), {"reader": groups["reader"]})
        self._move("answer a clarification", "clarification", row, "answer", groups["reader"], {"rui"})
        self._move("withdraw a clarification", "clarification", row, "withdraw", groups["reader"], ALICES)
        for label, thing in self.things["proposal"].items():
            revealed = label in ("opened", "won selected")
            thing.groups["clarifier"] = ALICES | OFFICERS | {"shen"} if revealed else set()

    def _invited(self, need: Any) -> None:
        cast, plant = self.cast, self.garden
        row = life.invitation(cast, need, message=plant.word("word to the team"))
        self.things["invite"]["Tao's"] = Thing((row.pk,), {"reader": TAOS | INSIDE})
        self._move("accept an invitation", "invite", row, "accept", TAOS | INSIDE, {"tao"})
        for label, thing in self.things["need"].items():
            listed = label not in ("draft", "submitted", "returned", "approved", "withdrawn unseen")
            thing.groups["operating"] = OPERATING if listed else set()
            thing.groups["inviter"] = OFFICERS if listed else set()

    def _amended(self, need: Any, problem: str) -> Any:
        """What is approved is everybody's, words and reason."""
        word = self.garden.word("listing")
        made = life.amendment(self.cast, need, problem=f"{problem}{word}")
        perform(made, "approve", by=self.cast.ling)
        need.refresh_from_db()
        return made
