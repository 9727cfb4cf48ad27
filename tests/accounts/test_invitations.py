"""An invitation: one address, once, seven days, and only by pressing a button."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections

from accounts import invitations
from accounts.models import Invitation, Membership
from core import clock
from notifications.models import Notice
from people import Cast, person
from workflow.machine import Refused


def invite(cast: Cast, email: str = "new@example.com", **more) -> Invitation:
    return invitations.invite(organisation=cast.enterprise, email=email, by=cast.alice, **more)


def test_the_invited_person_joins_in_the_role_offered(cast: Cast):
    newcomer = person("新人", email="new@example.com")
    sent = invite(cast, role="manager")
    invitations.accept(sent, by=newcomer)
    newcomer.forget_rights()
    assert newcomer.positions == {cast.enterprise.pk: "manager"}


def test_an_invitation_works_once(cast: Cast):
    newcomer = person("新人", email="new@example.com")
    sent = invite(cast)
    invitations.accept(sent, by=newcomer)
    with pytest.raises(Refused, match="已经用过"):
        invitations.accept(sent, by=newcomer)


def test_a_forwarded_link_admits_nobody_else(cast: Cast):
    sent = invite(cast)
    with pytest.raises(Refused, match=r"发给 n\*\*\*@example.com"):
        invitations.accept(sent, by=cast.charlie)
    assert not Membership.objects.filter(user=cast.charlie, organisation=cast.enterprise).exists()


def test_an_unconfirmed_phone_is_no_proof(cast: Cast):
    sent = invitations.invite(organisation=cast.enterprise, phone="+8613800138000", by=cast.alice)
    liar = person("冒充", phone="+8613800138000")
    with pytest.raises(Refused, match=r"\+86138\*\*\*\*8000|\+86138"):
        invitations.accept(sent, by=liar)
    owner = person("机主", phone="+8613800138000", phone_verified=True)
    invitations.accept(sent, by=owner)


def test_an_invitation_dies_after_seven_days(cast: Cast):
    newcomer = person("迟到", email="new@example.com")
    sent = invite(cast)
    assert timedelta(days=6, hours=23) < sent.expires_at - clock.now() <= timedelta(days=7)
    Invitation.objects.filter(pk=sent.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(Refused, match="已过期"):
        invitations.accept(sent, by=newcomer)


def test_a_revoked_or_replaced_invitation_is_dead(cast: Cast):
    newcomer = person("新人", email="new@example.com")
    first = invite(cast)
    second = invite(cast, email="NEW@example.com")
    with pytest.raises(Refused, match="撤回"):
        invitations.accept(first, by=newcomer)
    invitations.revoke(second, by=cast.alice)
    with pytest.raises(Refused, match="撤回"):
        invitations.accept(second, by=newcomer)


def test_only_managers_invite_and_revoke(cast: Cast):
    sent = invite(cast)
    for user in (cast.bob, cast.charlie, cast.xu, cast.guan):
        with pytest.raises(PermissionDenied):
            invitations.invite(organisation=cast.enterprise, email="x@example.com", by=user)
        with pytest.raises(PermissionDenied):
            invitations.revoke(sent, by=user)


def test_the_database_alone_opens_no_door(cast: Cast):
    """Neither the token nor anything it could be read from lies in the row; only its digest."""
    sent = invite(cast)
    token = invitations.token_of(sent)
    assert invitations.find(token) == sent
    assert invitations.find(sent.token_hash) is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(i)::text FROM accounts_invitation i WHERE id = %s", [sent.pk])
        assert token not in cursor.fetchone()[0]


def test_the_letter_goes_to_the_address_and_nowhere_else(cast: Cast):
    sent = invite(cast)
    letter = Notice.objects.get(kind="invitation.send")
    assert (letter.address, letter.recipient) == ("new@example.com", None)
    assert letter.context["link"] == f"/account/invitations/{invitations.token_of(sent)}/"


def test_a_member_is_not_invited_again(cast: Cast):
    with pytest.raises(Refused, match="已经是本单位成员"):
        invite(cast, email=cast.bob.email)


def test_zone_staff_join_no_enterprise(cast: Cast):
    sent = invite(cast, email=cast.guan.email)
    with pytest.raises(Refused, match="管委会工作人员不能"):
        invitations.accept(sent, by=cast.guan)


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_make_one_member(transactional_db):
    cast = Cast()
    newcomer = person("双击", email="new@example.com")
    sent = invite(cast)

    def click(_n: int) -> str:
        try:
            invitations.accept(sent, by=type(newcomer).objects.get(pk=newcomer.pk))
            return "in"
        except Refused:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(click, range(4))) == ["in", "refused", "refused", "refused"]
    assert Membership.objects.filter(user=newcomer).count() == 1
