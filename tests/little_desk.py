"""What lies on the zone's desk in the little zone: a need under diagnosis, one declined, a case handed over."""

import copy

import world
from canaries import ALICES, OFFICERS, OPERATING, Thing
from core import clock
from diagnoses.actions import give_credit, offer, write_entry
from diagnoses.checklist import fill_checklist
from diagnoses.codes import Duty, Item, Verdict
from diagnoses.rewriting import propose
from little_cases import Cases
from needs.models import Need
from workflow.actions import perform

DIAGNOSED = "need under diagnosis"
DESKS = "word between the desks"
HANDLERS = {"guan", "shen", "ling"}  # Guan has it; the reviewer and the director may give it away in his place
READERS = ALICES | OPERATING | {"yun"}


class Desk(Cases):
    def _desk(self) -> None:
        cast = self.cast
        cast.yun.forget_rights()
        world.tick_all(Need.objects.get(pk=self.things["need"]["submitted"].args[0]), by=cast.guan)  # his case now
        under = self._need("diagnosed", status="submitted", whole=DIAGNOSED, inside=READERS)
        given = self._given("accepted", under)
        perform(given, "accept", by=cast.yun)
        found = self.garden.word("log of a diagnosis")
        write_entry(given, on=clock.today(), how="visit", found=found, next_step=found, by=cast.yun)
        self._move("finish a diagnosis", "assignment", given, "finish", READERS, {"yun"})
        self._move("take an assignment back", "assignment", given, "withdraw", READERS, HANDLERS)
        self._proposed(under)
        kept = self._need("declined", status="submitted")
        refused = self._given("declined", kept)
        self._move("decline", "assignment", self._given("offered", self._need("offered", status="submitted")), "accept",
                   READERS, {"yun"})  # fmt: skip
        reason = {"code": "busy", "reason": f"人手排到下月初。{self.garden.word('what an agency says to the zone')}"}
        perform(refused, "decline", by=cast.yun, data=reason)
        self._handed_over(kept)
        for label, thing in self.things["need"].items():
            thing.groups.update(self._desk_groups(label))

    def _given(self, label: str, need: Need) -> object:
        task = self.garden.word("task of a diagnosis")
        made = offer(need, duty=Duty.DIAGNOSIS, agency=self.cast.agency, task=task, by=self.cast.guan)
        self.things["assignment"][label] = Thing((made.pk,), {"reader": READERS, "writer": {"yun"}})
        return made

    def _proposed(self, need: Need) -> None:
        wanted = copy.copy(Need.objects.get(pk=need.pk))
        wanted.present = self.garden.word("log of a diagnosis")
        made = propose(
            need, wanted=wanted, indicators=list(need.indicators.all()), reason=wanted.present, by=self.cast.yun
        )
        self.things["rewrite"]["offered"] = Thing((made.pk,), {"reader": READERS, "owner": ALICES})
        self._move("withdraw a rewrite", "rewrite", made, "withdraw", READERS, {"yun"})

    def _handed_over(self, need: Need) -> None:
        cast, plant = self.cast, self.garden
        fill_checklist(need, {Item.PROBLEM: (Verdict.UNMET, plant.word(DESKS))}, by=cast.guan)
        handed = offer(need, duty=Duty.HANDOVER, officer=cast.gao, task=plant.word(DESKS), by=cast.guan)
        self.things["assignment"]["handed over"] = Thing((handed.pk,), {"reader": OPERATING, "writer": set()})
        self._move("take a case over", "assignment", handed, "take_over", OPERATING, {"gao"})
        give_credit(need, agency=cast.agency, reason=plant.word(DESKS), by=cast.guan)

    def _desk_groups(self, label: str) -> dict[str, set[str]]:
        handled = label in ("submitted", "diagnosed", "declined", "offered")
        officers = set() if label == "draft" else OFFICERS
        return {
            "officer": officers,
            "assigner": set() if label == "draft" else HANDLERS,
            "proposer": {"guan"} | ({"yun"} if label == "diagnosed" else set()) if handled else officers,
        }
