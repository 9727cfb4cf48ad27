"""Organisations first: registered, verified by the zone with reasons, joined, left."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import actions
from accounts.models import Membership, Organisation
from accounts.uscc import clean_uscc
from audit.queries import history
from notifications.models import Notice
from people import Cast, join, organisation, person, uscc
from workflow.actions import perform
from workflow.machine import Invalid, Refused, Stale


# ── the credit code ──
@pytest.mark.parametrize(
    "typed", ["91110000600037341L", " 9111 0000 6000 3734 1l ", "９１１１００００６０００３７３４１Ｌ"]
)
def test_a_credit_code_is_taken_as_people_type_it(typed):
    assert clean_uscc(typed) == "91110000600037341L"


@pytest.mark.parametrize(
    ("typed", "code", "words"),
    [
        ("91110000600037341", "length", "现在是 17 位"),
        ("9" * 500, "length", "现在是 500 位"),
        ("91110000600037341M", "check_digit", "校验位不对"),
        ("91110000600037314L", "check_digit", "校验位不对"),
        ("A1110000600037341L", "characters", "前 8 位是数字"),
        ("91110000O00037341L", "characters", "不含 I、O"),
        ("揭榜0000600037341101", "characters", "对照营业执照"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_what_to_do(typed, code, words):
    with pytest.raises(ValidationError) as refused:
        clean_uscc(typed)
    assert refused.value.code == code
    assert words in refused.value.messages[0]


def test_only_a_verified_organisation_owns_its_code(cast: Cast):
    """A stranger's draft with our code neither blocks us nor becomes us."""
    squatter = organisation("冒名公司", manager=person("某人"), status="submitted", uscc=cast.enterprise.uscc)
    assert cast.enterprise.is_verified
    with pytest.raises(Refused, match="已有另一家"):
        perform(squatter, "verify", by=cast.guan)


def test_the_database_refuses_a_second_verified_owner_of_a_code(cast: Cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=cast.other_enterprise.pk).update(uscc=cast.enterprise.uscc)


# ── the lifecycle ──
def test_an_organisation_is_verified_by_an_officer(cast: Cast):
    manager = person("新经理")
    made = organisation("新公司", manager=manager, status="draft")
    perform(made, "submit", by=manager)
    assert made.due_at is not None
    perform(made, "verify", by=cast.guan)
    assert made.status == "verified"
    assert [e.action for e in history(made.audit_stream)] == [
        "organisation.create", "organisation.submit", "organisation.verify",
    ]  # fmt: skip
    assert list(Notice.objects.filter(recipient=manager).values_list("kind", flat=True)) == ["organisation.verify"]


def test_an_incomplete_organisation_cannot_be_submitted(db):
    manager = person("粗心")
    made = organisation("缺地址公司", manager=manager, status="draft", address="")
    with pytest.raises(Refused, match="还缺：地址"):
        perform(made, "submit", by=manager)


@pytest.mark.parametrize("reason", ["", "不行", "九个字不到不够长的"])
def test_a_return_needs_a_reason_of_ten_characters(cast: Cast, reason):
    made = organisation("退回公司", manager=person("某"), status="submitted")
    with pytest.raises(Invalid):
        perform(made, "return", by=cast.guan, data={"code": "name", "reason": reason})
    made.refresh_from_db()
    assert made.status == "submitted"


def test_a_returned_organisation_sees_why_and_submits_again(cast: Cast):
    manager = person("改正")
    made = organisation("退回公司", manager=manager, status="submitted")
    perform(made, "return", by=cast.guan, data={"code": "name", "reason": "名称与执照不一致，请按执照全称修改。"})
    notice = Notice.objects.get(recipient=manager, kind="organisation.return")
    assert notice.context["reason"] == "名称与执照不一致，请按执照全称修改。"
    actions.edit_organisation(made, name="按执照的全称有限公司", by=manager)
    made.refresh_from_db()
    perform(made, "submit", by=manager)
    assert (made.status, made.name) == ("submitted", "按执照的全称有限公司")


def test_suspension_and_reinstatement_are_the_reviewers(cast: Cast):
    why = {"code": "complaint", "reason": "收到实名举报，正在核实情况。"}
    perform(cast.enterprise, "suspend", by=cast.shen, data=why)
    with pytest.raises(PermissionDenied):
        perform(cast.enterprise, "reinstate", by=cast.guan)
    perform(cast.enterprise, "reinstate", by=cast.shen)
    assert cast.enterprise.status == "verified"


ALLOWED = {  # typed by hand, not read from the machine
    "submit": {"manager"},
    "verify": {"guan", "gao"},
    "return": {"guan", "gao"},
    "suspend": {"shen", "ling"},
    "reinstate": {"shen"},
}
SOURCES = {
    "submit": {"draft", "returned"}, "verify": {"submitted"}, "return": {"submitted"},
    "suspend": {"verified"}, "reinstate": {"suspended"},
}  # fmt: skip
REASON = {"code": "other", "reason": "写满十个字以上的一条理由。"}


@pytest.mark.parametrize("state", ["draft", "submitted", "verified", "returned", "suspended"])
def test_every_state_move_and_person(cast: Cast, state):
    manager = person("经理")
    made = organisation("矩阵公司", manager=manager, status=state)
    before = history(made.audit_stream).count()
    for name, user in {**cast.everyone(), "manager": manager}.items():
        for move, allowed in ALLOWED.items():
            with transaction.atomic():
                if name in allowed and state in SOURCES[move]:
                    perform(made, move, by=user, data=REASON)
                else:
                    with pytest.raises((PermissionDenied, Stale)):
                        perform(made, move, by=user, data=REASON)
                    made.refresh_from_db()
                    assert (made.status, history(made.audit_stream).count()) == (state, before), (name, move)
                transaction.set_rollback(True)
            made.refresh_from_db()


def test_what_the_zone_vouched_for_cannot_be_edited(cast: Cast):
    for field, value in (("name", "另一个名字"), ("uscc", uscc()), ("kind", "university")):
        with pytest.raises(Refused, match="核验后不能自行修改"):
            actions.edit_organisation(cast.enterprise, by=cast.alice, **{field: value})
    actions.edit_organisation(cast.enterprise, by=cast.alice, address="新地址 2 号")
    cast.enterprise.refresh_from_db()
    assert (cast.enterprise.name, cast.enterprise.address) == ("海岳材料有限公司", "新地址 2 号")


def test_nobody_writes_a_status_through_an_edit(cast: Cast):
    with pytest.raises(Refused):
        actions.edit_organisation(cast.enterprise, by=cast.alice, status="suspended")


@pytest.mark.parametrize("name", ["䶮氏机械有限公司", "𠮷野家（青岛）餐饮有限公司", "阿不都·热合曼合作社", "A" * 120])
def test_rare_names_are_kept_to_the_letter(db, name):
    made = organisation(name, manager=person("古丽·𠮷䶮"))
    made.refresh_from_db()
    assert made.name == name
    assert made.memberships.get().user.name == "古丽·𠮷䶮"


# ── joining and leaving ──
def test_joining_an_organisation_needs_a_managers_yes(cast: Cast):
    newcomer = person("新人")
    asked = actions.ask_to_join(cast.enterprise, message="研发部", by=newcomer)
    assert newcomer.positions == {}
    with pytest.raises(PermissionDenied):
        actions.decide_join(asked, approve=True, by=cast.bob)
    with pytest.raises(PermissionDenied):
        actions.decide_join(asked, approve=True, by=newcomer)
    actions.decide_join(asked, approve=True, by=cast.alice)
    newcomer.forget_rights()
    assert newcomer.positions == {cast.enterprise.pk: "member"}
    with pytest.raises(Refused, match="已有人处理"):
        actions.decide_join(asked, approve=False, reason="不认识", by=cast.alice)


def test_a_refusal_to_join_says_why(cast: Cast):
    newcomer = person("外人")
    asked = actions.ask_to_join(cast.enterprise, by=newcomer)
    with pytest.raises(Refused, match="请写明"):
        actions.decide_join(asked, approve=False, reason="  ", by=cast.alice)
    actions.decide_join(asked, approve=False, reason="不是本公司人员", by=cast.alice)
    newcomer.forget_rights()
    assert newcomer.positions == {}
    assert Notice.objects.get(recipient=newcomer).context["reason"] == "不是本公司人员"


def test_asking_twice_is_asking_once(cast: Cast):
    newcomer = person("急性子")
    first = actions.ask_to_join(cast.enterprise, by=newcomer)
    assert actions.ask_to_join(cast.enterprise, by=newcomer) == first
    assert Notice.objects.filter(recipient=cast.alice, kind="join.ask").count() == 1


def test_the_last_manager_cannot_leave_or_step_down(cast: Cast):
    own = cast.enterprise.memberships.get(user=cast.alice)
    for attempt in (
        lambda: actions.leave(own, by=cast.alice),
        lambda: actions.change_role(own, role="member", by=cast.alice),
    ):
        with pytest.raises(Refused, match="唯一的管理员"):
            attempt()
    actions.change_role(cast.bob.memberships.get(), role="manager", by=cast.alice)
    actions.leave(own, by=cast.alice)
    cast.bob.forget_rights()
    assert cast.alice.positions == {}
    assert cast.bob.positions == {cast.enterprise.pk: "manager"}


def test_only_a_manager_removes_and_nobody_removes_strangers(cast: Cast):
    alices, bobs = cast.enterprise.memberships.get(user=cast.alice), cast.bob.memberships.get()
    with pytest.raises(PermissionDenied):
        actions.remove(alices, by=cast.bob)
    with pytest.raises(PermissionDenied):
        actions.remove(bobs, by=cast.charlie)
    with pytest.raises(PermissionDenied):
        actions.leave(bobs, by=cast.alice)
    actions.remove(bobs, by=cast.alice)
    cast.bob.forget_rights()
    assert cast.bob.positions == {}
    with pytest.raises(Refused, match="已经不在"):
        actions.remove(bobs, by=cast.alice)


def test_a_person_is_a_member_once(cast: Cast):
    bob, enterprise = cast.bob, cast.enterprise
    with pytest.raises(IntegrityError), transaction.atomic():
        join(bob, enterprise)
    assert Membership.objects.filter(user=cast.bob).count() == 1


def test_an_organisation_is_seen_by_its_own_and_the_zone(cast: Cast):
    sees = {
        name
        for name, user in cast.everyone().items()
        if Organisation.objects.visible_to(user).filter(pk=cast.enterprise.pk)
    }
    assert sees == {
        "alice", "bob", "guan", "gao", "shen", "ling", "ji", "cai", "sysadmin", "secadmin", "auditor",
    }  # fmt: skip
