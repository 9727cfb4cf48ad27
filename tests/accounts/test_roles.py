"""Zone roles: appointed by the security administrator, never by oneself; three administrators stay apart."""

from concurrent.futures import ThreadPoolExecutor
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connections, transaction

from accounts import actions
from accounts.appointments import appoint, end
from accounts.backends import Backend
from accounts.models import Appointment, User
from accounts.queries import office
from accounts.roles import ADMINISTRATORS, CAPABILITIES, OPERATING, Role
from audit.queries import history
from people import Cast, join, person
from workflow.machine import Refused


def zone_person(cast: Cast, name: str = "新同事") -> User:
    user = person(name)
    join(user, cast.zone)
    return user


def test_every_role_says_what_it_may_do():
    assert set(CAPABILITIES) == set(Role)
    assert all(CAPABILITIES.values())


def test_the_security_administrator_appoints_and_ends(cast: Cast):
    colleague = zone_person(cast)
    appointment = appoint(user=colleague, role=Role.OFFICER, by=cast.secadmin)
    colleague.forget_rights()
    assert colleague.has_role(Role.OFFICER)
    assert colleague in office(Role.OFFICER)
    end(appointment, by=cast.secadmin)
    colleague.forget_rights()
    assert not colleague.is_zone_staff
    assert colleague not in office()
    assert [e.action for e in history("system")][-2:] == ["appointment.make", "appointment.end"]


def test_nobody_else_appoints(cast: Cast):
    colleague = zone_person(cast)
    appointment = cast.guan.appointments.get()
    for name, user in cast.everyone().items():
        if name != "secadmin":
            with pytest.raises(PermissionDenied):
                appoint(user=colleague, role=Role.OFFICER, by=user)
            with pytest.raises(PermissionDenied):
                end(appointment, by=user)


def test_nobody_appoints_himself(cast: Cast):
    with pytest.raises(PermissionDenied):
        appoint(user=cast.secadmin, role=Role.OFFICER, by=cast.secadmin)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.create(user=cast.secadmin, role=Role.SECADMIN, appointed_by=cast.secadmin)


@pytest.mark.parametrize(("held", "new"), [(a, b) for a, b in product(Role, Role) if a != b])
def test_three_administrators_hold_nothing_else(cast: Cast, held, new):
    colleague = cast.staff("一人", "one@example.com", held)
    apart = held in ADMINISTRATORS or new in ADMINISTRATORS
    if apart:
        with pytest.raises(Refused, match="三员分立"):
            appoint(user=colleague, role=new, by=cast.secadmin)
        with pytest.raises(IntegrityError), transaction.atomic():  # also past the code
            Appointment.objects.create(user=colleague, role=new)
    else:
        appoint(user=colleague, role=new, by=cast.secadmin)
        colleague.forget_rights()
        assert colleague.roles == {held, new}
        assert {held, new} <= set(OPERATING)


def test_an_administrator_may_change_duty_once_the_first_has_ended(cast: Cast):
    end(cast.sysadmin.appointments.get(), by=cast.secadmin)
    appoint(user=cast.sysadmin, role=Role.OFFICER, by=cast.secadmin)
    cast.sysadmin.forget_rights()
    assert cast.sysadmin.roles == {"officer"}


def test_a_member_of_an_enterprise_holds_no_zone_role(cast: Cast):
    join(cast.bob, cast.zone)
    with pytest.raises(Refused, match="海岳材料有限公司"):
        appoint(user=cast.bob, role=Role.OFFICER, by=cast.secadmin)


def test_an_outsider_of_the_zone_holds_no_zone_role(cast: Cast):
    with pytest.raises(Refused, match="还不是管委会的人员"):
        appoint(user=cast.xu, role=Role.OFFICER, by=cast.secadmin)


def test_zone_staff_found_and_join_no_organisation(cast: Cast):
    with pytest.raises(Refused, match="管委会工作人员不能"):
        actions.ask_to_join(cast.enterprise, by=cast.guan)
    with pytest.raises(Refused, match="管委会工作人员不能"):
        actions.register_organisation(kind="enterprise", name="自己的公司", uscc="91110000600037341L", by=cast.guan)


def test_the_last_security_administrator_stays(cast: Cast):
    with pytest.raises(Refused, match="最后一位"):
        end(cast.secadmin.appointments.get(), by=cast.secadmin)
    second = cast.staff("第二位", "sec2@example.com", Role.SECADMIN)
    end(cast.secadmin.appointments.get(), by=second)


def test_a_switched_off_account_has_no_say(cast: Cast):
    cast.guan.is_active = False
    cast.guan.save()
    assert cast.guan not in office(Role.OFFICER)
    cast.secadmin.is_active = False
    with pytest.raises(PermissionDenied):
        appoint(user=zone_person(cast), role=Role.OFFICER, by=cast.secadmin)


@pytest.mark.django_db(transaction=True)
def test_two_who_end_each_other_do_not_both_succeed(transactional_db):
    cast = Cast()
    first, second = cast.secadmin, cast.staff("第二位", "sec2@example.com", Role.SECADMIN)
    theirs = {first: second.appointments.get(), second: first.appointments.get()}

    def strike(user: User) -> str:
        try:
            end(theirs[user], by=User.objects.get(pk=user.pk))
            return "ended"
        except (Refused, PermissionDenied):
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(strike, [first, second]))
    assert office(Role.SECADMIN).count() >= 1


def test_a_session_reads_the_person_and_all_rights_in_one_query(cast: Cast, django_assert_num_queries):
    join(cast.tao, cast.rival_university)
    people = {cast.tao: (set(), {cast.university.pk: "manager", cast.rival_university.pk: "member"}),
              cast.guan: ({"officer"}, {cast.zone.pk: "member"}), cast.xu: (set(), {})}  # fmt: skip
    for person_, (roles, positions) in people.items():
        with django_assert_num_queries(1):
            user = Backend().get_user(person_.pk)
            assert (user.roles, user.positions) == (roles, positions)
    cast.guan.is_active = False
    cast.guan.save()
    assert Backend().get_user(cast.guan.pk) is None
    assert Backend().get_user("not-a-uuid") is None


def test_nobody_leaves_the_zone_with_a_role_in_hand(cast: Cast):
    place = cast.guan.memberships.get()
    with pytest.raises(Refused, match="请先由安全管理员免去"):
        actions.leave(place, by=cast.guan)
    end(cast.guan.appointments.get(), by=cast.secadmin)
    actions.leave(place, by=cast.guan)
    cast.guan.forget_rights()
    assert (cast.guan.roles, cast.guan.positions) == (set(), {})
