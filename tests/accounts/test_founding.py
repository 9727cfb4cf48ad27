"""An empty platform gets its zone and one person who may appoint the others; afterwards that door is shut."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Organisation, User
from accounts.queries import office
from accounts.roles import Role
from people import Cast

FACTS = {
    "name": "青岛高新区管委会", "region": "青岛", "address": "火炬路 1 号",
    "email": "Sec@example.com", "person": "首任",
}  # fmt: skip


def found(**changes) -> str:
    out = StringIO()
    call_command("found_zone", stdout=out, **{**FACTS, **changes})
    return out.getvalue()


@pytest.fixture
def code() -> str:
    from people import uscc

    return uscc("zone")


def test_the_zone_is_founded_once(db, code):
    assert "/office/staff/" in found(uscc=code)
    first = office(Role.SECADMIN).get()
    assert (first.email, first.name, first.has_usable_password()) == ("sec@example.com", "首任", False)
    zone = Organisation.objects.get()
    assert (zone.kind, zone.status) == ("zone", "verified")
    assert first.positions == {zone.pk: "manager"}
    with pytest.raises(CommandError, match="已有安全管理员"):
        found(uscc=code, email="intruder@example.com")
    assert not User.objects.filter(email="intruder@example.com").exists()


def test_nobody_comes_in_by_the_command_line_later(cast: Cast, code):
    assert cast.secadmin
    with pytest.raises(CommandError, match="已有安全管理员"):
        found(uscc=code)


def test_a_wrong_code_founds_nothing(db):
    with pytest.raises(CommandError, match="校验位"):
        found(uscc="111100000000000001")
    assert (User.objects.count(), Organisation.objects.count()) == (0, 0)
