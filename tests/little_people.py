"""The people of the little zone: the cast of people.py and who else lives there, their organisations and teams."""

from collections import defaultdict
from functools import cached_property
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.actions import add_evidence, ask_to_join, edit_organisation
from accounts.invitations import invite, token_of
from accounts.models import Appointment, JoinRequest, Organisation, User
from canaries import ALICES, EVERYBODY, PEOPLE, STAFF, TAOS, Garden, Thing
from needs.additions import Question
from people import Cast, organisation, person
from teams.actions import create_team
from teams.models import Team
from works.actions import add_work
from works.codes import Kind, Visibility
from works.importing import carry_on, send_file

# What the zone's batch asks besides: one answer everybody reads, one for the enterprise and the zone alone.
OPENLY = Question("qopenly", "所属产业链")
APART = Question("qapart", "希望对接的单位", public=False)


class People(Cast):
    """The cast, and who else lives in this zone."""

    @cached_property
    def zone(self) -> Organisation:
        return organisation("青岛高新区管委会", manager=self.head, kind="zone")

    @cached_property
    def head(self) -> User:
        """Manages the zone as an organisation: invites its people, holds no role."""
        return person("部办公室", email="head@example.com")

    @cached_property
    def lone(self) -> User:
        """Has signed up and belongs nowhere."""
        return person("独一人", email="lone@example.com")

    def bidder(self, name: str, user: User) -> Team:
        home = organisation(f"{name}研究院", manager=user, kind="institute")
        user.forget_rights()
        return create_team(organisation=home, name=f"{name}团队", by=user)


SEEN_BY_FEW = {
    "opening", "milestone", "payment", "intent", "assignment", "rewrite", "decision", "inquiry", "meeting",
}  # fmt: skip


class Ground:
    """What everything stands on: who there is, what was planted, which objects there are."""

    def __init__(self) -> None:
        self.garden, self.cast = Garden(), People()
        self.users: dict[str, Any] = {}
        self.things: dict[str, dict[str, Thing]] = defaultdict(dict)

    def user(self, name: str) -> User | None:
        return None if name == "stranger" else User.objects.get(pk=self.users[name])

    def _name(self, user: User) -> str:
        return next(name for name, pk in self.users.items() if pk == user.pk)

    def _reason(self, secret: str) -> dict[str, str]:
        return {"code": "other", "reason": f"请按说明修改后再办理，谢谢配合。{self.garden.word(secret)}"}

    def _move(self, label: str, noun: str, row: Any, name: str, readers: set[str], actors: set[str]) -> None:
        self.things["move"][label] = Thing((noun, row.pk, name), {"reader": readers, "actor": actors})
        if noun in (
            "opening",
            "milestone",
            "payment",
            "intent",
            "assignment",
            "rewrite",
            "decision",
            "inquiry",
            "meeting",
        ):
            self.things["go"][noun] = Thing((noun, row.pk), {"reader": readers})


class Neighbours(Ground):
    """Persons, organisations, teams; who invites, who asks to join."""

    def answers(self, public: str, secret: str) -> dict[str, str]:
        """What a need says to the questions of the zone's batch."""
        return {OPENLY.key: self.garden.word(public), APART.key: self.garden.word(secret)}

    def _people(self) -> None:
        cast, plant = self.cast, self.garden
        cast.agency, cast.zone, cast.lone  # noqa: B018 - the first mention makes them
        everyone = {**cast.everyone(), "head": cast.head, "lone": cast.lone}
        everyone["san"] = person("三教授", email="san@example.com")
        everyone["si"] = person("四教授", email="si@example.com")
        assert set(everyone) == PEOPLE
        self.users = {name: user.pk for name, user in everyone.items()}
        cast.team, cast.rival_team  # noqa: B018
        self.third = cast.bidder(plant.word("who lost"), everyone["san"])
        self.fourth = cast.bidder(plant.word("who is sealed"), everyone["si"])
        self.san, self.si = everyone["san"], everyone["si"]
        for name, user in everyone.items():
            user.email, user.phone = plant.mail(f"mail of {name}"), plant.mobile(f"mobile of {name}")
            user.phone_verified = True
            user.save(update_fields=["email", "phone", "phone_verified"])
            user.emailaddress_set.update(email=user.email)

    def _organisations(self) -> None:
        cast, plant = self.cast, self.garden
        homes = {
            "Alice's": (cast.enterprise, cast.alice, ALICES),
            "Charlie's": (cast.other_enterprise, cast.charlie, {"charlie"}),
            "Tao's": (cast.university, cast.tao, {"tao", "ting"}),
            "Rui's": (cast.rival_university, cast.rui, {"rui"}),
            "Wei's": (cast.wei.memberships.get().organisation, cast.wei, {"wei"}),
            "Yun's": (cast.agency, cast.yun, {"yun"}),
        }
        for whose, (home, manager, members) in homes.items():
            manager.forget_rights()
            secret = f"{whose} organisation"
            described = {"address": plant.word(secret), "contact": plant.word(secret), "intro": plant.word(secret)}
            phone, region = plant.phone(secret), "青岛高新区"
            edit_organisation(home, by=manager, contact_phone=phone, region=region, **described)
            home.refresh_from_db()
            evidence = add_evidence(home, upload=plant.file(f"{whose} licence"), by=manager)
            groups = {"reader": members | STAFF, "manager": {self._name(manager)}, "member": members}
            self.things["organisation"][whose] = Thing((home.pk,), groups)
            self.things["file"][f"licence of {whose}"] = Thing((evidence.pk,), {"reader": members | STAFF})
            for membership in home.memberships.filter(left_at=None).select_related("user"):
                who = self._name(membership.user)
                left, removed = {"reader": members, "actor": {who}}, {"reader": members, "actor": members & {"alice"}}
                self.things["membership"][f"{who} leaves {whose}"] = Thing((membership.pk,), left, "leave")
                if whose == "Alice's" and who == "bob":
                    self.things["membership"][f"{who} goes from {whose}"] = Thing((membership.pk,), removed, "remove")
        plant.known(cast.enterprise.uscc, "Alice's credit code")
        self._comings_and_goings()
        zone = cast.zone
        self.things["organisation"]["the zone"] = Thing(
            (zone.pk,), {"reader": STAFF | {"head"}, "manager": {"head"}, "member": STAFF | {"head"}}
        )
        for role in ("officer", "sysadmin"):
            row = Appointment.objects.filter(role=role, until=None).first()
            self.things["appointment"][role] = Thing((row.pk,), {"actor": {"secadmin"}})

    def _comings_and_goings(self) -> None:
        cast, plant = self.cast, self.garden
        manager = {"reader": ALICES, "actor": {"alice"}}
        sent = invite(organisation=cast.enterprise, email=plant.mail("whom Alice invites"), by=cast.alice)
        self.things["invitation"]["Alice's"] = Thing((sent.pk,), manager)
        self.things["token"]["Alice's"] = Thing((token_of(sent),), {"reader": EVERYBODY, "addressee": PEOPLE})
        asked = ask_to_join(cast.enterprise, message=plant.word("who asks to join Alice's"), by=cast.lone)
        self.things["join"]["Lone's"] = Thing((JoinRequest.objects.get(pk=asked.pk).pk,), manager)
        for label, team, user in (
            ("Tao's", cast.team, cast.tao),
            ("Rui's", cast.rival_team, cast.rui),
            ("San's", self.third, self.san),
        ):
            members = TAOS if label == "Tao's" else {self._name(user)}
            team.intro = plant.word(f"{label} team")
            team.save(update_fields=["intro"])
            cast.ting.forget_rights()
            groups = {"reader": members | STAFF, "runner": {self._name(user)}, "keeper": members}
            self.things["team"][label] = Thing((team.pk,), groups)
            self._works(label, team, user, groups)
            for place in team.people():
                who = self._name(place.user)
                acts = {"reader": groups["reader"], "actor": groups["runner"] | {who}}
                self.things["place"][f"{who} in {label}"] = Thing((place.pk,), acts)

    def _works(self, label: str, team: Team, user: User, groups: dict[str, set[str]]) -> None:
        """One that everybody may read, one for the team and the zone; a file that was looked into.

        San's team shows nothing: its name stands for who lost, and a team without a public work has no public page.
        """
        plant, open_to_all = self.garden, label != "San's"
        for shown in (True, False) if open_to_all else (False,):
            secret = "public work" if shown else f"{label} own work"
            words = {"title": plant.word(secret), "abstract": plant.word(secret), "authors": plant.word(secret)}
            visibility = Visibility.PUBLIC if shown else Visibility.MATCHING
            made = add_work(team, kind=Kind.PAPER, year=2024, visibility=visibility, by=user, **words)
            readers = {**groups, "reader": EVERYBODY} if shown else groups
            self.things["work"][f"{label}, {visibility}"] = Thing((made.pk,), readers)
        self.things["public-team"][label] = Thing((team.pk,), {"reader": EVERYBODY if open_to_all else set()})
        for form in ("xlsx", "bib", "jsonl"):
            self.things["works-export"][f"{label} {form}"] = Thing((team.pk, form), groups)
        if label == "Tao's":
            words = plant.word("Tao's file of works"), plant.word("Tao's file of works")
            data = f"题名,摘要\n{words[0]},{words[1]}\n,\n,没有题名\n".encode()
            file = SimpleUploadedFile("works.csv", data)
            job = send_file(team, file, kind=Kind.PAPER, visibility=Visibility.MATCHING, by=user)
            carry_on()
            self.things["import"][label] = Thing((job.pk,), {"reader": groups["keeper"]})
