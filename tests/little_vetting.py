"""Two bids of the little zone whose form is being looked at: Tao's waits on the desk, Rui's did not pass."""

import world
from canaries import ALICES, OFFICERS, OPERATING, TAOS, Thing
from little_cases import Cases
from proposals.models import Vetting
from proposals.vetting_moves import mark
from workflow.actions import perform


class Vetted(Cases):
    def _vetted(self) -> None:
        cast, plant = self.cast, self.garden
        need = self._need("vetted", status="published", within=world.batch(cast, title="先审形式", vetting=True))
        self._bid("vetted", need, "Tao's bid in formal check", cast.team, cast.tao, TAOS | OPERATING)
        self._bid("rejected", need, "Rui's rejected bid", cast.rival_team, cast.rui, {"rui"} | OPERATING)
        world.open_bids(need, cast)
        checking = Vetting.objects.get(proposal__need=need, proposal__team=cast.team)
        failed = Vetting.objects.get(proposal__need=need, proposal__team=cast.rival_team)
        note = plant.word("note of a formal check")
        mark(checking, {"papers": ("na", note), "signature": ("met", "")}, by=cast.guan)
        self._fail(failed)
        readers = {"checking": TAOS | OPERATING, "failed": {"rui"} | ALICES | OPERATING}
        for label, row in (("checking", checking), ("failed", failed)):
            self.things["vetting"][label] = Thing((row.pk,), {"reader": readers[label], "checker": OFFICERS})
        self._move("pass a bid", "vetting", checking, "pass", readers["checking"], OFFICERS)

    def _fail(self, row: Vetting) -> None:
        """Asked for a paper, not content with it, objected to, upheld."""
        cast, plant, lacks = self.cast, self.garden, self.garden.word("what Rui's bid lacks")
        mark(row, {"papers": ("unmet", lacks), "signature": ("met", "")}, by=cast.guan)
        perform(row, "correct", by=cast.guan, data={"asked": f"请补交检测报告原件的扫描件。{lacks}"})
        paper = {"paper": plant.file("what Rui's bid lacks")}
        perform(row, "supplement", by=cast.rui, data={"reply": f"已补交。{lacks}"}, files=paper)
        why = plant.word("why Rui did not pass")
        told = {"code": "papers", "sentence": f"没有提交检测报告原件。{why}"}
        perform(row, "refuse", by=cast.guan, data=told)
        perform(row, "object", by=cast.rui, data={"objection": f"报告在附件二第 3 页。{lacks}"})
        perform(row, "uphold", by=cast.shen, data={"ruling": f"附件二不是原件，维持。{why}"})
