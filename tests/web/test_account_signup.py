"""Signing up in one sitting: the person and the organisation, or the person who was invited."""

import re

import pytest
from django.core.cache import cache
from django.test import Client

from accounts import invitations
from accounts.models import Invitation, JoinRequest, Membership, Organisation, User
from people import PASSWORD, Cast, person, uscc

SIGNUP = "/account/signup/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def sheet(**changes) -> dict[str, str]:
    return {
        "name": "欧阳𠮷", "email": "ou@example.com", "phone": "", "password1": PASSWORD, "kind": "enterprise",
        "organisation_name": "䶮岛新材料有限公司", "uscc": uscc(), "region": "青岛高新区", "address": "火炬路 9 号",
        **changes,
    }  # fmt: skip


def code_in(text: str) -> str:
    return re.findall(r"验证码[：\s](\d{6})[（，]", text)[-1]


def confirm(client: Client, mailoutbox) -> None:
    client.post("/account/confirm-email/", {"code": code_in(mailoutbox[-1].body)})


def test_person_and_organisation_in_one_sitting(db, mailoutbox):
    client, filled = Client(), sheet()
    first = client.post(SIGNUP, filled)
    assert (first.status_code, first["Location"]) == (302, "/account/confirm-email/")
    confirm(client, mailoutbox)
    said = client.get("/account/").content.decode()
    assert "邮箱已验证" in said
    assert "您已登录" not in said, "one word is enough"
    user = User.objects.get(email="ou@example.com")
    made = user.organisations().get()
    assert (user.name, made.name, made.uscc, made.status) == (
        "欧阳𠮷",
        "䶮岛新材料有限公司",
        filled["uscc"],
        "submitted",
    )
    assert user.positions == {made.pk: "manager"}
    assert client.get("/account/").status_code == 200


def test_nobody_is_in_before_the_mail_address_is_confirmed(db, mailoutbox):
    client = Client()
    client.post(SIGNUP, sheet())
    assert client.get("/account/").status_code == 302
    wrong = client.post("/account/confirm-email/", {"code": "000000"})
    assert wrong.status_code in (200, 302)
    assert client.get("/account/").status_code == 302


def test_an_organisation_already_here_is_asked_not_doubled(cast: Cast, mailoutbox):
    client = Client()
    client.post(SIGNUP, sheet(uscc=cast.enterprise.uscc, message="研发部 007"))
    confirm(client, mailoutbox)
    user = User.objects.get(email="ou@example.com")
    assert user.positions == {}
    assert Organisation.objects.filter(uscc=cast.enterprise.uscc).count() == 1
    asked = JoinRequest.objects.get(user=user)
    assert (asked.organisation, asked.message, asked.decided_at) == (cast.enterprise, "研发部 007", None)


def test_sign_up_answers_known_and_unknown_alike(db, mailoutbox):
    person("在册", email="known@example.com", password=PASSWORD)
    pages = []
    for email in ("known@example.com", "fresh@example.com"):
        client = Client()
        first = client.post(SIGNUP, sheet(email=email))
        text = client.get(first["Location"]).content.decode()
        text = re.sub(r'value="[^"]{64}"|"X-CSRFToken": "[^"]+"', "", text).replace(email, "ADDRESS")
        pages.append((first.status_code, first["Location"], text))
    assert pages[0] == pages[1]
    assert [m.subject for m in mailoutbox] == ["这个邮箱已有账号", "您的邮箱验证码"]
    assert User.objects.count() == 2


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "请填写姓名。"),
        ("name", "长" * 500, "姓名最多 100 个字，现在有 500 个，请缩短。"),
        ("organisation_name", "司" * 500, "单位名称最多 120 个字，现在有 500 个，请缩短。"),
        ("email", "不是邮箱", "邮箱格式不对"),
        ("email", "", "请填写邮箱。"),
        ("phone", "12345", "请填写 11 位手机号"),
        ("password1", "jiebang2026", "常用词"),
        ("password1", "欧阳𠮷123", "至少要 10 个"),
        ("uscc", "91110000600037341M", "校验位不对"),
        ("uscc", "123", "现在是 3 位"),
        ("kind", "zone", "请从列出的单位类型中选择。"),
        ("kind", "", "请选择单位类型。"),
        ("region", "", "请填写所在地区。"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(db, field, value, sentence):
    filled = sheet(**{field: value})
    page = Client().post(SIGNUP, filled).content.decode()
    wrong = page[page.index(f'id="id_{field}_error"') :][:400]
    assert sentence in wrong
    for name in ("name", "email", "organisation_name", "region", "address"):
        if filled[name]:
            assert f'value="{filled[name]}"' in page
    assert (User.objects.count(), Organisation.objects.count()) == (0, 0)


def test_the_answer_to_a_wrong_form_never_shows_the_password(db):
    assert PASSWORD not in Client().post(SIGNUP, sheet(name="")).content.decode()


def test_a_phone_given_at_sign_up_is_confirmed_by_sms(db, mailoutbox, caplog):
    client = Client()
    first = client.post(SIGNUP, sheet(phone="138 0013 8000"))
    assert first["Location"] == "/account/phone/verify/"
    client.post("/account/phone/verify/", {"code": code_in(caplog.text)})
    confirm(client, mailoutbox)
    user = User.objects.get(email="ou@example.com")
    assert (user.phone, user.phone_verified) == ("+8613800138000", True)


def test_a_number_typed_by_a_stranger_does_not_lock_its_owner_out(db, mailoutbox, caplog):
    Client().post(SIGNUP, sheet(email="squatter@example.com", phone="13800138000"))
    cache.clear()
    client = Client()
    client.post(SIGNUP, sheet(phone="13800138000"))
    client.post("/account/phone/verify/", {"code": code_in(caplog.text)})
    confirm(client, mailoutbox)
    assert User.objects.get(phone="+8613800138000", phone_verified=True).email == "ou@example.com"


def test_nobody_signs_up_into_rights(db):
    extra = {"is_active": "1", "phone_verified": "1", "status": "verified", "role": "secadmin", "is_demo": "1"}
    Client().post(SIGNUP, sheet(**extra))
    user = User.objects.get()
    assert (user.phone_verified, user.is_demo, user.is_zone_staff) == (False, False, False)
    assert Organisation.objects.get().status == "submitted"


# ── with an invitation ──
@pytest.fixture
def invited(cast: Cast) -> Invitation:
    return invitations.invite(organisation=cast.enterprise, email="ou@example.com", by=cast.alice)


def path(invitation: Invitation) -> str:
    return f"/account/invitations/{invitations.token_of(invitation)}/"


def test_looking_at_an_invitation_changes_nothing(cast: Cast, invited):
    page = Client().get(path(invited))
    assert page.status_code == 200
    assert "o***@example.com" in page.content.decode()
    assert "ou@example.com" not in re.sub(r'href="[^"]*"', "", page.content.decode())
    invited.refresh_from_db()
    assert invited.accepted_at is None


def test_the_invited_sign_up_alone_and_then_accept(cast: Cast, invited, mailoutbox):
    client = Client()
    link = f"{SIGNUP}?invitation={invitations.token_of(invited)}&next={path(invited)}&email=ou@example.com"
    page = client.get(link).content.decode()
    assert "您受邀加入" in page
    assert 'name="uscc"' not in page
    filled = {"name": "欧阳𠮷", "email": "ou@example.com", "password1": PASSWORD, "next": path(invited)}
    client.post(SIGNUP, {**filled, "invitation": invitations.token_of(invited)})
    confirm(client, mailoutbox)
    user = User.objects.get(email="ou@example.com")
    assert user.positions == {}
    assert client.get(path(invited)).status_code == 200
    client.post(path(invited))
    user.forget_rights()
    assert user.positions == {cast.enterprise.pk: "member"}


def test_another_address_does_not_sign_up_on_an_invitation(cast: Cast, invited):
    filled = {"name": "别人", "email": "other@example.com", "password1": PASSWORD}
    page = Client().post(SIGNUP, {**filled, "invitation": invitations.token_of(invited)}).content.decode()
    assert "请用收到邀请的邮箱注册。" in page
    assert not User.objects.filter(email="other@example.com").exists()


def test_a_made_up_invitation_asks_for_the_organisation(db):
    filled = {"name": "欧阳", "email": "ou@example.com", "password1": PASSWORD, "invitation": "made-up"}
    page = Client().post(SIGNUP, filled).content.decode()
    assert "请填写营业执照上的 18 位统一社会信用代码。" in page
    assert User.objects.count() == 0
    assert Client().get("/account/invitations/made-up/").status_code == 404


def test_a_used_invitation_says_so(cast: Cast, invited):
    newcomer = person("欧阳", email="ou@example.com")
    client = Client()
    client.force_login(newcomer)
    assert client.post(path(invited)).status_code == 302
    again = client.post(path(invited))
    assert again.status_code == 409
    assert "已经用过了" in again.content.decode()
    assert Membership.objects.filter(user=newcomer).count() == 1
