"""A small zone with one case in each state that matters, every field of it that could leak a canary.

`zone.things` holds the objects by the kind of address that leads to them, each with the groups of people its pages
are for, typed here and in little_people.py and little_cases.py by hand.
"""

from django.db import connection

import keeping
import world
from audit import checkpoints
from canaries import EVERYBODY, OFFICERS, OPERATING, PEOPLE, STAFF, WRITERS, Thing
from custody.dealing import name_custodian
from discovery.actions import follow, save_search
from discovery.search import Criteria
from discovery.stopping import SIGNER
from little_annexes import Annexes
from little_desk import Desk
from little_life import Life
from little_matches import Matched
from little_people import APART, OPENLY
from little_vetting import Vetted
from needs.additions import as_json
from needs.models import Need
from notifications.models import Delivery, Notice
from people import organisation, person

TRAPS = """
SELECT (SELECT count(*) FROM needs_need WHERE organisation_id = %(trap)s OR number LIKE 'JB-6666%%'),
       (SELECT count(*) FROM needs_need WHERE status = 'completed' OR published_at < '2021-01-01'),
       (SELECT count(*) FROM contracts_contract WHERE %(trap)s IN (party_a_id, party_b_id) OR status = 'completed'),
       (SELECT count(*) FROM contracts_contract WHERE signed_at < '2021-01-01'),
       (SELECT count(*) FROM proposals_submission WHERE commitment LIKE '66666666%%'),
       (SELECT count(*) FROM teams_team WHERE organisation_id = %(trap)s),
       (SELECT count(*) FROM accounts_membership WHERE organisation_id = %(trap)s),
       (SELECT count(*) FROM accounts_appointment WHERE role = 'leader'),
       (SELECT count(*) FROM accounts_user WHERE is_active AND NOT is_demo),
       (SELECT count(*) FROM accounts_organisation WHERE is_demo)
"""


class Zone(Life, Desk, Annexes, Vetted, Matched):
    def __init__(self) -> None:
        super().__init__()
        self._people()
        self._organisations()
        self._batches()
        self._needs()
        self._joint()
        self._posted_together()
        self._bids()
        self._vetted()
        self._cases()
        self._others_case()
        self._life()
        self._desk()
        self._annexes()
        self._matched()
        self._letters()
        self._watching()
        self._custody()
        self._papers()
        self._addresses()
        checkpoints.make()

    def _batches(self) -> None:
        cast, plant = self.cast, self.garden
        self.sealed = world.batch(cast, additions=as_json([OPENLY, APART]))
        self.rolling = world.batch(cast, sealing="rolling")
        self.two = world.batch(cast, two_deciders=True)
        hidden = {name: plant.word("batch in preparation") for name in ("title", "notice", "contact", "rules")}
        guide = [{"title": "须知", "text": plant.word("batch in preparation")}]
        draft = world.batch(cast, status="draft", guide=guide, **hidden)
        past = world.batch(cast, status="archived", title="往期对接")
        rows = (("open", self.sealed, EVERYBODY), ("draft", draft, STAFF), ("archived", past, EVERYBODY))
        for label, row, readers in rows:
            self.things["batch"][label] = Thing((row.pk,), {"reader": readers, "writer": WRITERS, "staff": STAFF})
            self.things["call"][label] = Thing((row.pk, "docx"), {"reader": readers})
        self.things["wording"]["return"] = Thing(("return",), {"reader": {"sysadmin"}})
        self.things["move"]["open the batch"] = Thing(
            ("batch", draft.pk, "open"), {"reader": STAFF, "actor": {"shen", "ling"}}
        )

    def _letters(self) -> None:
        """One letter of Alice's could not be sent, and one about a bid that is still sealed."""
        plant = self.garden
        for label, kind, secret in (
            ("Alice's", "need.return", "why a letter failed"),
            ("sealed", "proposal.submit", "Tao's sealed bid"),
        ):
            about = Notice.objects.filter(kind=kind).order_by("created_at").first()
            if label == "sealed":
                about = Notice.objects.get(kind=kind, subject_id=self.things["proposal"]["sealed"].args[0])
            letter = Delivery.objects.filter(notice=about).first()
            Delivery.objects.filter(pk=letter.pk).update(dead=True, attempts=9, last_error=plant.word(secret))
            retriers = OFFICERS | {"sysadmin"} if label == "Alice's" else set()
            self.things["letter"][label] = Thing((letter.pk,), {"actor": retriers})
        for name in ("alice", "tao", "guan"):
            notice = Notice.objects.filter(recipient=self.users[name]).first()
            self.things["notice"][name] = Thing((notice.pk,), {"actor": {name}})

    def _watching(self) -> None:
        """What Alice wants to be told of is nobody else's business."""
        name = self.garden.word("what Alice watches")
        search = save_search(criteria=Criteria.read({"q": ["弹性体"]}), name=name, alerts=True, by=self.cast.alice)
        self.things["search"]["Alice's"] = Thing((search.pk,), {"reader": {"alice"}})
        need = Need.objects.listed().get(number=self.things["listing"]["published"].args[0])
        follow(need, by=self.cast.alice)
        self.things["followed"]["published"] = Thing((need.number,), {"reader": PEOPLE})
        token = SIGNER.sign(f"follow.{self.cast.alice.pk}.{need.pk}")
        self.things["stop"]["Alice's"] = Thing((token,), {"reader": EVERYBODY})

    def _custody(self) -> None:
        """Yun is to keep a share of a listing's key: he learns its name, and nothing else of it."""
        cast = self.cast
        need = self._need("in custody", status="approved", within=keeping.batch(cast))
        row = name_custodian(need, seat=3, person=cast.yun, by=cast.shen)
        readers = OPERATING | {"yun"}
        self.things["custody-need"]["in custody"] = Thing((need.pk,), {"reader": OPERATING, "namer": {"shen", "ling"}})
        self.things["custodian"]["Yun"] = Thing((row.pk,), {"reader": readers, "holder": {"yun"}})
        self._move("replace a custodian", "custodian", row, "replace", readers, {"shen", "ling"})

    def _papers(self) -> None:
        """The documents of two cases: the announcement is everybody's, the notice of acceptance the parties'."""
        for label in ("published", "opened"):
            need = self.things["need"][label]
            self.things["announcement"][label] = Thing(
                (*self.things["listing"][label].args, "docx"), {"reader": EVERYBODY}
            )
            inside = {"reader": need.groups["inside"]}
            self.things["certificate"][label] = Thing((*need.args, "acceptance", "docx"), inside)

    def _addresses(self) -> None:
        """What else stands in an address."""
        for key in ("collected", "published", "bids", "intents", "signed", "completed", "paid"):
            self.things["stage"][key] = Thing((key,), {"reader": OPERATING})
        for key in ("needs", "intents", "contracts", "milestones"):
            self.things["ledger"][key] = Thing((key,), {"reader": OPERATING})
        for label, thing in self.things["need"].items():
            slot = {"reader": thing.groups["reader"], "owner": thing.groups["owner"]}
            self.things["need-slot"][label] = Thing((*thing.args, "protected"), slot)
            zone = OPERATING if label != "draft" else set()
            openers = WRITERS if label != "draft" else set()
            self.things["opened-need"][label] = Thing(thing.args, {"zone": zone, "opener": openers})
        for thing in self.things["listing"].values():
            thing.groups["signed-in"] = PEOPLE
        for noun in ("need", "proposal", "contract", "organisation", "batch", "assignment", "rewrite"):
            label, thing = next(iter(self.things[noun].items()))
            readers = thing.groups["reader"] - {"stranger"}
            self.things["go"][f"{noun} {label}"] = Thing((noun, *thing.args), {"reader": readers})
        self.things["passkey"]["somebody's"] = Thing((1,), {})
        self.trap = organisation("无人单位", manager=person("无人", email="nobody@example.com"))
        # What no form asks for: a view that takes what it is sent would be seen by `trapped`.
        self.forbidden = {
            **dict.fromkeys(("organisation", "organisation_id", "party_a", "party_b"), str(self.trap.pk)),
            **{"status": "completed", "number": "JB-6666-Q6-0666", "role": "leader", "duty": "0", "is_active": ""},
            **dict.fromkeys(("is_staff", "is_superuser", "is_demo", "phone_verified"), "on"),
            **{"published_at": "2020-01-01 00:00", "signed_at": "2020-01-01 00:00", "commitment": "6" * 64},
        }

    def trapped(self) -> tuple[int, ...]:
        """How many rows hold what only `forbidden` would have put there."""
        with connection.cursor() as cursor:
            cursor.execute(TRAPS, {"trap": self.trap.pk})
            return cursor.fetchone()
