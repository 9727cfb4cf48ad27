"""Every page about people opens for whom it is, in both languages, and for nobody else."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.actions import leave
from accounts.invitations import invite, token_of
from accounts.roles import CAPABILITIES
from core.files import files_of
from people import Cast, join, organisation, person, uscc
from teams.models import Team
from web.templatetags.people import device


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


OPEN = ["account_login", "account_signup", "account_reset_password", "roles"]
OWN = [
    "account", "profile", "join", "organisation_new", "account_logout", "account_email", "account_change_phone",
    "mfa_index", "usersessions_list", "team_members", "team_new",
]  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_anybody_reads_the_open_pages(db, name):
    assert Client().get(reverse(name)).status_code == 200


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("name", OWN)
def test_a_person_opens_their_own_pages(cast: Cast, name, language):
    cast.alice.language = language
    cast.alice.save()
    assert as_(cast.alice).get(reverse(name)).status_code == 200


@pytest.mark.parametrize("name", [name for name in OWN if name != "account_logout"])
def test_a_visitor_is_asked_to_log_in_and_comes_back(db, name):
    response = Client().get(reverse(name))
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={reverse(name).replace('/', '%2F')}" or response[
        "Location"
    ].endswith(f"next={reverse(name)}")


@pytest.mark.parametrize("name", ["office_organisations"])
def test_every_officer_opens_the_zones_desk_and_nobody_else(cast: Cast, name):
    answers = {who: as_(user).get(reverse(name)).status_code for who, user in cast.everyone().items()}
    staff = {"guan", "gao", "shen", "ling", "ji", "cai", "sysadmin", "secadmin", "auditor"}
    assert answers == {who: 200 if who in staff else 403 for who in answers}


def test_only_the_security_administrator_opens_the_page_of_appointments(cast: Cast):
    answers = {who: as_(user).get(reverse("office_staff")).status_code for who, user in cast.everyone().items()}
    assert answers == {who: 200 if who == "secadmin" else 403 for who in answers}


def test_an_organisations_page_is_for_its_people_and_the_zone(cast: Cast):
    page = cast.enterprise.get_absolute_url()
    answers = {who: as_(user).get(page).status_code for who, user in cast.everyone().items()}
    own = {"alice", "bob", "guan", "gao", "shen", "ling", "ji", "cai", "sysadmin", "secadmin", "auditor"}
    assert answers == {who: 200 if who in own else 404 for who in answers}


@pytest.mark.parametrize("name", ["organisation_edit", "organisation_members"])
def test_an_organisation_is_changed_by_its_managers_only(cast: Cast, name):
    page = reverse(name, args=[cast.enterprise.pk])
    answers = {who: as_(user).get(page).status_code for who, user in cast.everyone().items()}
    staff = {"bob", "guan", "gao", "shen", "ling", "ji", "cai", "sysadmin", "secadmin", "auditor"}
    assert answers == {who: 200 if who == "alice" else 403 if who in staff else 404 for who in answers}


def test_an_officer_returns_an_organisation_in_the_browser(cast: Cast):
    waiting = cast.wei.organisations().get()
    officer = as_(cast.guan)
    assert "待核验科技有限公司" in officer.get("/office/organisations/?status=submitted").content.decode()
    page = reverse("move", args=["organisation", waiting.pk, "return"])
    assert page in officer.get(waiting.get_absolute_url()).content.decode()
    short = officer.post(page, {"code": "name", "reason": "不行"})
    assert short.status_code == 422
    assert "请至少写 10 个字" in short.content.decode()
    officer.post(page, {"code": "name", "reason": "单位名称与营业执照不一致，请修改。"})
    assert "单位名称与营业执照不一致" in as_(cast.wei).get(waiting.get_absolute_url()).content.decode()


def test_a_wrong_edit_keeps_what_was_typed(cast: Cast):
    page = reverse("organisation_edit", args=[cast.enterprise.pk])
    typed = {"region": "青岛", "address": "", "contact": "艾", "contact_phone": "0532", "intro": "简介还在"}
    answer = as_(cast.alice).post(page, typed)
    assert answer.status_code == 422
    assert "请填写地址。" in answer.content.decode()
    assert "简介还在" in answer.content.decode()
    as_(cast.alice).post(page, {**typed, "address": "新址", "name": "偷换的名字", "status": "suspended"})
    cast.enterprise.refresh_from_db()
    assert (cast.enterprise.address, cast.enterprise.name, cast.enterprise.status) == (
        "新址", "海岳材料有限公司", "verified",
    )  # fmt: skip


def test_evidence_is_uploaded_by_managers_and_must_be_what_it_says(cast: Cast):
    page = reverse("organisation_evidence", args=[cast.enterprise.pk])
    licence = SimpleUploadedFile("营业执照.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    as_(cast.alice).post(page, {"file": licence})
    assert [file.name for file in files_of(cast.enterprise, "evidence")] == ["营业执照.pdf"]
    fake = SimpleUploadedFile("营业执照.pdf", b"MZ\x90\x00 this is a program")
    as_(cast.alice).post(page, {"file": fake})
    as_(cast.bob).post(page, {"file": licence})
    as_(cast.charlie).post(page, {"file": licence})
    assert files_of(cast.enterprise, "evidence").count() == 1


# ── members ──
def test_a_manager_invites_promotes_and_removes_in_the_browser(cast: Cast):
    page = reverse("organisation_members", args=[cast.enterprise.pk])
    alice, bobs = as_(cast.alice), cast.bob.memberships.get()
    wrong = alice.post(page, {"address": "不是地址", "role": "member"})
    assert (wrong.status_code, "请填写对方的邮箱" in wrong.content.decode()) == (422, True)
    sent = alice.post(page, {"address": "new@example.com", "role": "member"}).content.decode()
    invitation = cast.enterprise.invitations.get()
    assert f"/account/invitations/{token_of(invitation)}/" in sent
    assert token_of(invitation) not in alice.get(page).content.decode(), "shown once, to whoever sent it"
    alice.post(reverse("invitation_revoke", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.revoked_at
    alice.post(reverse("membership", args=[bobs.pk]), {"do": "manager"})
    bobs.refresh_from_db()
    assert bobs.role == "manager"
    alice.post(reverse("membership", args=[bobs.pk]), {"do": "remove"})
    bobs.refresh_from_db()
    assert bobs.left_at


def test_nobody_touches_another_organisations_members(cast: Cast):
    bobs = cast.enterprise.memberships.get(user=cast.bob)
    for who in (cast.charlie, cast.xu, cast.tao, cast.guan):
        assert as_(who).post(reverse("membership", args=[bobs.pk]), {"do": "remove"}).status_code == 404
    assert as_(cast.bob).post(
        reverse("membership", args=[cast.enterprise.memberships.get(user=cast.alice).pk]), {"do": "remove"}
    ).status_code == 403  # fmt: skip


def test_the_only_manager_reads_why_he_cannot_leave(cast: Cast):
    own = cast.enterprise.memberships.get(user=cast.alice)
    answer = as_(cast.alice).post(reverse("membership", args=[own.pk]), {"do": "leave"}, follow=True)
    assert "这是该单位唯一的管理员" in answer.content.decode()


def test_a_request_to_join_is_answered_in_the_browser(cast: Cast):
    asking = as_(cast.xu)
    nowhere = asking.post(reverse("join"), {"uscc": uscc()})
    assert "没有核验通过的单位使用这个代码" in nowhere.content.decode()
    asking.post(reverse("join"), {"uscc": cast.enterprise.uscc, "message": "回来了"})
    request = cast.enterprise.join_requests.get()
    page = as_(cast.alice).get(reverse("organisation_members", args=[cast.enterprise.pk])).content.decode()
    assert "回来了" in page
    answer = reverse("join_decide", args=[request.pk])
    assert as_(cast.charlie).post(answer, {"do": "approve"}).status_code == 404
    assert as_(cast.bob).post(answer, {"do": "approve"}).status_code == 403
    as_(cast.alice).post(answer, {"do": "approve"})
    cast.xu.forget_rights()
    assert cast.xu.positions == {cast.enterprise.pk: "member"}


# ── appointments ──
def test_appointing_and_ending_in_the_browser(cast: Cast):
    colleague = person("新同事")
    join(colleague, cast.zone)
    client = as_(cast.secadmin)
    page = client.get(reverse("office_staff")).content.decode()
    assert "新同事" in page
    assert f'<option value="{cast.secadmin.pk}"' not in page, "nobody finds himself in the list"
    client.post(reverse("office_staff"), {"person": str(colleague.pk), "role": "officer"})
    assert colleague.appointments.get().role == "officer"
    overlap = client.post(reverse("office_staff"), {"person": str(colleague.pk), "role": "auditor"})
    assert (overlap.status_code, "三员分立" in overlap.content.decode()) == (422, True)
    himself = client.post(reverse("office_staff"), {"person": str(cast.secadmin.pk), "role": "officer"})
    assert "请从名单中选择人员。" in himself.content.decode()
    client.post(reverse("appointment_end", args=[colleague.appointments.get().pk]))
    assert colleague.appointments.get().until


def test_the_page_of_roles_says_what_the_code_says(db):
    page = Client().get(reverse("roles")).content.decode()
    for role, sentences in CAPABILITIES.items():
        assert str(role.label) in page
        assert all(str(sentence) in page for sentence in sentences)


# ── one's own data ──
def test_the_export_holds_all_of_one_person_and_nothing_of_others(cast: Cast):
    everyone = [cast.alice, cast.bob, cast.charlie]
    data = as_(cast.alice).post(reverse("personal_data"))
    text = data.content.decode()
    assert data["Content-Disposition"].startswith("attachment")
    assert json.loads(text)["person"]["email"] == "alice@example.com"
    for other in everyone[1:]:
        assert other.email not in text
        assert other.name not in text
    assert cast.enterprise.name in text
    assert cast.other_enterprise.name not in text


# ── teams ──
def test_a_team_is_made_and_run_in_the_browser(cast: Cast):
    tao = as_(cast.tao)
    join(cast.xu, cast.university)
    made = tao.post(
        reverse("team_new"),
        {
            "organisation": cast.university.pk,
            "name": "䶮课题组",
            "keywords": "聚脲、抗爆，涂层",
            "field8": ["4"],
            "intro": "",
        },
    )
    team = Team.objects.get(name="䶮课题组")
    assert made["Location"] == team.get_absolute_url()
    assert team.keywords == ["聚脲", "抗爆", "涂层"]
    assert "徐离" in tao.get(team.get_absolute_url()).content.decode()
    tao.post(reverse("team_add", args=[team.pk]), {"person": str(cast.xu.pk), "role_in_team": "试验"})
    place = team.members.get(user=cast.xu)
    tao.post(reverse("team_member", args=[place.pk]), {"do": "lead"})
    team.refresh_from_db()
    assert team.leader == cast.xu
    assert as_(cast.xu).get(reverse("team_edit", args=[team.pk])).status_code == 200
    assert as_(cast.rui).get(team.get_absolute_url()).status_code == 404
    assert as_(cast.rui).post(reverse("team_member", args=[place.pk]), {"do": "remove"}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "长" * 500, "团队名称最多 120 个字，现在有 500 个"),
        ("name", " ", "请填写团队名称。"),
        ("keywords", "、".join(str(n) for n in range(30)), "关键词最多 20 个，现在有 30 个"),
        ("keywords", "词" * 50, "每个关键词最多 40 个字"),
        ("field8", "99", "请从列出的技术领域中选择。"),
        ("intro", "介" * 2001, "团队简介最多 2000 个字，现在有 2001 个"),
    ],
)
def test_a_wrong_team_form_says_what_to_do(cast: Cast, field, value, sentence):
    filled = {"organisation": cast.university.pk, "name": "好名字", "keywords": "", "intro": "", field: value}
    answer = as_(cast.tao).post(reverse("team_new"), filled)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Team.objects.count() == 0


@pytest.mark.parametrize("more", [1, 8])
def test_lists_cost_the_same_for_one_row_and_many(cast: Cast, more, django_assert_max_num_queries):
    for n in range(more):
        user = person(f"人{n}")
        organisation(f"单位{n}", manager=user, status="submitted")
        join(user, cast.enterprise)
    officer, alice = as_(cast.guan), as_(cast.alice)
    officer.get(reverse("account"))  # the first page of a session notes when it began
    alice.get(reverse("account"))
    with django_assert_max_num_queries(8):
        officer.get(reverse("office_organisations"))
    with django_assert_max_num_queries(8):
        alice.get(reverse("organisation_members", args=[cast.enterprise.pk]))


def test_an_organisations_timeline_speaks_words_not_keys(cast: Cast):
    invite(organisation=cast.enterprise, email="new@example.com", by=cast.alice)
    leave(cast.enterprise.memberships.get(user=cast.bob), by=cast.bob)
    page = as_(cast.alice).get(cast.enterprise.get_absolute_url()).content.decode()
    for words in ("发出邀请", "离开单位", "核验通过", "新建单位"):
        assert words in page
    assert "invitation." not in page
    assert "membership." not in page.replace("membership/", "")


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36 Edg/131.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/130.0 MicroMessenger/8.0", "微信 · Android"),
        ("curl/8.5", "curl/8.5"),
    ],
)
def test_a_device_is_named_as_people_know_it(agent: str, said: str) -> None:
    assert device(agent) == said
