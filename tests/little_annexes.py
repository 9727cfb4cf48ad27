"""A listing with a protected annex: Tao's team may read it, San's has asked, everybody else sees that there is one."""

import world
from annexes.actions import ask, note_read, save_terms
from annexes.queries import agreement_in_force
from annexes.states import What
from canaries import ALICES, EVERYBODY, OPERATING, PEOPLE, TAOS, Thing
from little_cases import Cases
from needs.actions import attach
from workflow.actions import perform

INSIDE = ALICES | OPERATING


class Annexes(Cases):
    def _annexes(self) -> None:
        cast, plant = self.cast, self.garden
        secret = "Alice's annex"
        told = self.answers("listing", "what Alice's need keeps to the parties")
        need = world.need(cast, within=self.sealed, confidential=plant.word(secret), answers=told)
        held = attach(need, plant.file(secret), slot="protected", by=cast.alice)
        world._NEED["published"](need, cast)
        need.refresh_from_db()
        save_terms(need, offered=True, auto_grant=False, own_text="", by=cast.alice)
        groups: dict[str, set[str]] = {"reader": TAOS, "signed": PEOPLE, "public": EVERYBODY}
        self.things["annex-listing"]["published"] = Thing((need.number,), groups)
        self.things["annex-file"]["published"] = Thing((need.number, held.pk), {"reader": TAOS, "public": EVERYBODY})
        inside = {"inside": INSIDE, "owner": ALICES}
        self.things["annex-need"]["published"] = Thing((need.pk,), inside)
        self.things["need"]["with an annex"] = Thing(
            (need.pk,), {"reader": EVERYBODY, "signed": PEOPLE, "inside": INSIDE, "owner": ALICES, "deciding": set()}
        )
        self.things["file"]["of an annex"] = Thing((held.pk,), {"reader": INSIDE})
        for label, team, by, members in (
            ("Tao's", cast.team, cast.tao, TAOS),
            ("San's", self.third, self.san, {"san"}),
        ):
            purpose = f"核对配方体系和产线参数。{plant.word(f'why {label[:-2]} asks for the annex')}"
            made = ask(need, team=team, purpose=purpose, sha256=agreement_in_force(need).sha256, by=by)
            self.things["annex"][label] = Thing((made.pk,), {"reader": INSIDE | members})
            if label == "Tao's":
                perform(made, "grant", by=cast.alice)
                for what, file in ((What.PAGE, None), (What.FILE, held)):
                    note_read(made, what=what, by=cast.tao, file=file)
                self._move("revoke", "annex", made, "revoke", INSIDE | members, ALICES)
            else:
                self._move("grant", "annex", made, "grant", INSIDE | members, ALICES)
                self._move("refuse", "annex", made, "refuse", INSIDE | members, ALICES)
