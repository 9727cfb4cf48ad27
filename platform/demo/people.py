"""Invented people and organisations, every one marked as demo. One password for all: the demo is not a deployment."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from stdnum.cn.uscc import calc_check_digit

from accounts.actions import edit_organisation, register_organisation
from accounts.appointments import appoint
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from teams.actions import add_member, create_team
from teams.models import Team
from workflow.actions import perform

PASSWORD = "jiebang-2026"  # noqa: S105  printed at every start; deployments refuse DEMO

STAFF = (
    ("officer", "关经办", Role.OFFICER),
    ("officer2", "高经办", Role.OFFICER),
    ("reviewer", "沈审核", Role.REVIEWER),
    ("leader", "凌主任", Role.LEADER),
    ("inspector", "纪监督", Role.INSPECTOR),
    ("finance", "蔡财务", Role.FINANCE),
    ("sysadmin", "石系统", Role.SYSADMIN),
    ("secadmin", "安安全", Role.SECADMIN),
    ("auditor", "申审计", Role.AUDITOR),
)
ENTERPRISES = (
    ("enterprise", "艾工程师", "青禾新材料（演示）有限公司"),
    ("enterprise2", "包经理", "泰衡装备（演示）有限公司"),
    ("enterprise3", "崔厂长", "瀚澜环境科技（演示）有限公司"),
    ("enterprise4", "戴总监", "芯屿微电子（演示）有限公司"),
    ("enterprise5", "冯主管", "禾木生物（演示）有限公司"),
    ("enterprise6", "郭部长", "远川能源（演示）有限公司"),
)
COLLEAGUE = ("colleague", "邱总工")  # of the first enterprise: confirms where a batch wants two to decide
TEAMS = (
    (
        "team",
        "陶教授",
        "滨海理工大学（演示）",
        "university",
        "高分子与防护材料课题组",
        ("4",),
        ("弹性体", "涂料", "聚氨酯"),
    ),
    (
        "team2",
        "芮教授",
        "东岭大学（演示）",
        "university",
        "智能装备与机器视觉团队",
        ("8", "1"),
        ("机器视觉", "机器人", "伺服"),
    ),
    (
        "team3",
        "苏研究员",
        "海岱能源研究院（演示）",
        "institute",
        "储能与低碳技术中心",
        ("6", "7"),
        ("储能", "电池", "氨"),
    ),
    (
        "team4",
        "田博士",
        "度行智能装备（演示）有限公司",
        "enterprise",
        "整机优化设计部",
        ("8",),
        ("结构优化", "风机", "电机"),
    ),
)


AGENCIES = (
    ("agency", "云经理", "海岳技术转移（演示）有限公司"),
    ("agency2", "温顾问", "启创科技服务（演示）有限公司"),
)


@dataclass(frozen=True)
class Cast:
    staff: dict[str, User]
    enterprises: list[tuple[User, Organisation]]
    teams: list[tuple[User, Team]]
    agencies: list[tuple[User, Organisation]]


def person(login: str, name: str) -> User:
    user = User.objects.create_user(f"{login}@demo.example", PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def organisation(number: int, name: str, kind: str, manager: User) -> Organisation:
    prefix = {"enterprise": "91", "university": "12", "institute": "12", "agency": "91", "zone": "11"}[kind]
    body = f"{prefix}370200MA9{number:06d}"
    return register_organisation(
        kind=kind,
        name=name,
        uscc=body + calc_check_digit(body),
        region="山东青岛高新区",
        address=f"火炬路 {number} 号",
        contact=manager.name,
        contact_phone="0532-88880000",
        by=manager,
        is_demo=True,
    )


def populate() -> Cast:
    staff, zone = {}, None
    for login, name, role in STAFF:
        user = person(login, name)
        zone = zone or verified(organisation(1, "青岛高新区管委会（演示）", "zone", user))
        if login != "officer":
            Membership.objects.create(user=user, organisation=zone, role=Membership.Role.MEMBER)
        appoint(user=user, role=role, by=None)
        user.forget_rights()
        staff[login] = user
    enterprises = []
    for number, (login, name, title) in enumerate(ENTERPRISES, 11):
        user = person(login, name)
        enterprises.append((user, verified(organisation(number, title, "enterprise", user))))
        user.forget_rights()
    _joined(*COLLEAGUE, enterprises[0][1])
    teams = []
    for number, (login, name, title, kind, team, fields, words) in enumerate(TEAMS, 31):
        user = person(login, name)
        home = verified(organisation(number, title, kind, user))
        user.forget_rights()
        made = create_team(
            organisation=home,
            name=team,
            field8=fields,
            keywords=words,
            intro=f"{title}的{team}，为演示而设。",
            basis=f"{team}近三年承担同类项目 4 项，授权发明专利 6 件，有中试线 1 条和万能试验机、热分析仪等设备。",
            by=user,
            is_demo=True,
        )
        teams.append((user, made))
    _colleague(*teams[0])
    edit_organisation(teams[0][1].organisation, by=teams[0][0], bids_email="keyan@demo.example")
    agencies = []
    for number, (login, name, title) in enumerate(AGENCIES, 41):
        user = person(login, name)
        agencies.append((user, verified(organisation(number, title, "agency", user))))
        user.forget_rights()
    return Cast(staff, enterprises, teams, agencies)


def newcomer() -> None:
    """An enterprise that waits to be verified."""
    waiting = person("newcomer", "魏新人")
    perform(organisation(51, "待核验科技（演示）有限公司", "enterprise", waiting), "submit", by=None, driven=True)


def verified(made: Organisation) -> Organisation:
    for move in ("submit", "verify"):
        perform(made, move, by=None, driven=True)
    return made


def _colleague(leader: User, team: Team) -> None:
    add_member(team, user=_joined("member", "婷博士后", team.organisation), role_in_team="试验与检测", by=leader)


def _joined(login: str, name: str, home: Organisation) -> User:
    user = person(login, name)
    Membership.objects.create(user=user, organisation=home, role=Membership.Role.MEMBER)
    user.forget_rights()
    return user
