"""The cast, the same in every test file. Nobody is made before a test names them.

Alice manages an enterprise and Bob is her colleague; Charlie's enterprise is a stranger to both. Tao leads a team
at a university, Ting works in it, Rui leads a rival team elsewhere. In the zone: Guan 经办, Gao a second 经办,
Shen 审核, Ling 领导, Ji 纪检, Cai 财务, and the three administrators. Xu has left Alice's enterprise, Wei's
enterprise is not verified yet; Yun manages a service agency.

    def test_a_stranger_cannot_see_a_draft(cast): ... cast.alice ... cast.charlie
"""

from functools import cached_property
from itertools import count

from stdnum.cn.uscc import calc_check_digit

from accounts.actions import leave, register_organisation
from accounts.appointments import appoint
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from teams.actions import add_member, create_team
from teams.models import Team
from workflow.actions import perform

PASSWORD = "榜-correct-horse-7"
_number = count(1)


def uscc(kind: str = "enterprise") -> str:
    """A fresh code with a right check digit."""
    prefix = {"enterprise": "91", "university": "12", "institute": "12", "agency": "91", "zone": "11"}[kind]
    body = f"{prefix}370200MA3{next(_number):06d}"
    return body + calc_check_digit(body)


def person(name: str, *, email: str = "", password: str | None = None, verified: bool = True, **fields: object) -> User:
    """Someone who can log in: with `client.force_login(user)`, or by the login page when a password is given."""
    from allauth.account.models import EmailAddress

    user = User.objects.create_user(email or f"p{next(_number)}@example.com", password, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    return user


def organisation(
    name: str, *, manager: User, kind: str = "enterprise", status: str = "verified", **fields: str
) -> Organisation:
    """An organisation that came the proper way as far as `status`."""
    fields = {
        "region": "青岛高新区",
        "address": "火炬路 1 号",
        "contact": manager.name,
        "contact_phone": "0532-88888888",
        **fields,
    }
    fields.setdefault("uscc", uscc(kind))
    made = register_organisation(kind=kind, name=name, by=manager, **fields)
    ways = {
        "draft": (),
        "submitted": ("submit",),
        "verified": ("submit", "verify"),
        "returned": ("submit", "return"),
        "suspended": ("submit", "verify", "suspend"),
    }
    for move in ways[status]:
        reason = {"code": "other", "reason": "材料与登记信息对不上，请核对后再报。"}
        perform(made, move, by=None, driven=True, data=reason if move in ("return", "suspend") else None)
    return made


def join(user: User, to: Organisation, role: str = "member") -> Membership:
    user.forget_rights()
    return Membership.objects.create(user=user, organisation=to, role=role)


class Cast:
    """Everybody by name; the first mention makes them."""

    # ── organisations ──
    @cached_property
    def enterprise(self) -> Organisation:
        return organisation("海岳材料有限公司", manager=self._alice)

    @cached_property
    def other_enterprise(self) -> Organisation:
        return organisation("澄川装备有限公司", manager=self._charlie)

    @cached_property
    def university(self) -> Organisation:
        return organisation("滨海理工大学", manager=self._tao, kind="university")

    @cached_property
    def rival_university(self) -> Organisation:
        return organisation("东岭大学", manager=self._rui, kind="university")

    @cached_property
    def zone(self) -> Organisation:
        head = person("管委会管理员")
        return organisation("青岛高新区管委会", manager=head, kind="zone")

    # ── enterprises ──
    @cached_property
    def _alice(self) -> User:
        return person("艾丽丝", email="alice@example.com")

    @cached_property
    def alice(self) -> User:
        """Manager of `enterprise`."""
        return self._settled(self._alice, self.enterprise)

    @cached_property
    def bob(self) -> User:
        """Member of `enterprise`."""
        return self._member("鲍勃", "bob@example.com", self.enterprise)

    @cached_property
    def _charlie(self) -> User:
        return person("查理", email="charlie@example.com")

    @cached_property
    def charlie(self) -> User:
        """Manager of `other_enterprise`: a stranger to Alice."""
        return self._settled(self._charlie, self.other_enterprise)

    @cached_property
    def xu(self) -> User:
        """Was a member of `enterprise`, and left."""
        user = self._member("徐离", "xu@example.com", self.enterprise)
        leave(user.memberships.get(), by=user)
        return user

    @cached_property
    def wei(self) -> User:
        """Manager of an enterprise the zone has not verified yet."""
        user = person("魏验", email="wei@example.com")
        organisation("待核验科技有限公司", manager=user, status="submitted")
        user.forget_rights()
        return user

    # ── agencies ──
    @cached_property
    def agency(self) -> Organisation:
        return organisation("海岳技术转移有限公司", manager=self._yun, kind="agency")

    @cached_property
    def _yun(self) -> User:
        return person("云中介", email="yun@example.com")

    @cached_property
    def yun(self) -> User:
        """Manages a service agency."""
        return self._settled(self._yun, self.agency)

    # ── teams ──
    @cached_property
    def _tao(self) -> User:
        return person("陶教授", email="tao@example.com")

    @cached_property
    def tao(self) -> User:
        """Leads `team`, and manages `university`."""
        return self._settled(self._tao, self.university)

    @cached_property
    def ting(self) -> User:
        """Works in `team`."""
        user = self._member("婷", "ting@example.com", self.university)
        add_member(self.team, user=user, role_in_team="试验", by=self.tao)
        return user

    @cached_property
    def _rui(self) -> User:
        return person("芮教授", email="rui@example.com")

    @cached_property
    def rui(self) -> User:
        """Leads `rival_team`."""
        return self._settled(self._rui, self.rival_university)

    @cached_property
    def team(self) -> Team:
        return create_team(organisation=self.university, name="弹性体课题组", by=self.tao, keywords=["弹性体"])

    @cached_property
    def rival_team(self) -> Team:
        return create_team(organisation=self.rival_university, name="高分子所", by=self.rui)

    # ── the zone ──
    def staff(self, name: str, email: str, *roles: str) -> User:
        user = self._member(name, email, self.zone)
        for role in roles:
            appoint(user=user, role=role, by=None)
        user.forget_rights()
        return user

    @cached_property
    def guan(self) -> User:
        return self.staff("管经办", "guan@example.com", Role.OFFICER)

    @cached_property
    def gao(self) -> User:
        """A second officer: openings need two people."""
        return self.staff("高经办", "gao@example.com", Role.OFFICER)

    @cached_property
    def shen(self) -> User:
        return self.staff("沈审核", "shen@example.com", Role.REVIEWER)

    @cached_property
    def ling(self) -> User:
        return self.staff("凌领导", "ling@example.com", Role.LEADER)

    @cached_property
    def ji(self) -> User:
        return self.staff("纪检员", "ji@example.com", Role.INSPECTOR)

    @cached_property
    def cai(self) -> User:
        return self.staff("蔡财务", "cai@example.com", Role.FINANCE)

    @cached_property
    def sysadmin(self) -> User:
        return self.staff("系统员", "sysadmin@example.com", Role.SYSADMIN)

    @cached_property
    def secadmin(self) -> User:
        return self.staff("安全员", "secadmin@example.com", Role.SECADMIN)

    @cached_property
    def auditor(self) -> User:
        return self.staff("审计员", "auditor@example.com", Role.AUDITOR)

    def everyone(self) -> dict[str, User]:
        """Every principal a permission matrix walks over, by name."""
        names = [
            "alice",
            "bob",
            "charlie",
            "xu",
            "wei",
            "tao",
            "ting",
            "rui",
            "yun",
            "guan",
            "gao",
            "shen",
            "ling",
            "ji",
            "cai",
            "sysadmin",
            "secadmin",
            "auditor",
        ]
        return {name: getattr(self, name) for name in names}

    def _member(self, name: str, email: str, of: Organisation) -> User:
        user = person(name, email=email)
        join(user, of)
        return user

    def _settled(self, user: User, _in: Organisation) -> User:
        """The manager, once the organisation is really there."""
        user.forget_rights()
        return user
