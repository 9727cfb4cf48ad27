"""Bad input in forms about people, organisations, teams and receipts."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.actions import ask_to_join
from accounts.models import Invitation, JoinRequest
from forms_on_page import Page
from people import PASSWORD, Cast, join, uscc
from wrong_forms import as_, complaints, rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_limits(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


WRONG_USCC = "91110000600037341M"
SIGN_UP = {
    "name": "欧阳𠮷·䶮", "email": "ou@example.com", "phone": "", "password1": PASSWORD, "kind": "enterprise",
    "organisation_name": "䶮岛新材料有限公司", "region": "青岛高新区", "address": "火炬路 9 号",
}  # fmt: skip


def test_signing_up(db):
    cases = [
        ("uscc", WRONG_USCC, "校验位不对，多半是抄错了一位。请对照营业执照逐位核对。"),
        ("uscc", "9111000060003734", "应为 18 位，现在是 16 位。"),
        ("uscc", "91110000600037341O", "不含 I、O、S、V、Z"),
        ("name", "名" * 500, "姓名最多 100 个字，现在有 500 个，请缩短。"),
        ("name", "\u200b\u202e", "请填写姓名。"),
        ("phone", "１２３", "请填写 11 位手机号"),
        ("organisation_name", "司" * 500, "单位名称最多 120 个字，现在有 500 个，请缩短。"),
        ("email", "ou@", "邮箱格式不对。例如 zhang@example.com。"),
    ]
    assert complaints(as_(None), "/account/signup/", cases, ok=200, filled={**SIGN_UP, "uscc": uscc()}) == []


def test_registering_changing_and_joining_an_organisation(cast: Cast):
    filled = {k: SIGN_UP[k] for k in ("kind", "organisation_name", "region", "address")}
    wrong, new = ("uscc", WRONG_USCC, "校验位不对"), "/account/organisations/new/"
    long = ("organisation_name", "𠮷" * 500, "单位名称最多 120 个字，现在有 500 个")
    assert complaints(as_(cast.alice), new, [wrong, long], filled={**filled, "uscc": uscc()}) == []
    edit = reverse("organisation_edit", args=[cast.enterprise.pk])
    cases = [
        ("contact", "", "请填写联系人。"),
        ("contact_phone", "9" * 500, "联系电话最多 30 个字，现在有 500 个"),
        ("intro", "介" * 2001, "单位简介最多 2000 个字，现在有 2001 个"),
        ("address", "\x00", "请填写地址。"),
    ]
    assert complaints(as_(cast.alice), edit, cases) == []
    nobody = ("uscc", uscc(), "没有核验通过的单位使用这个代码。请核对；如果单位还没有登记，请先登记单位。")
    assert complaints(as_(cast.tao), "/account/join/", [wrong, nobody], filled={"message": "材料学院"}) == []
    cases = [("name", "名" * 500, "姓名最多 100 个字，现在有 500 个"), ("name", " ", "请填写姓名。")]
    assert complaints(as_(cast.tao), "/account/profile/", cases) == []


def test_inviting_a_colleague(cast: Cast):
    members = reverse("organisation_members", args=[cast.enterprise.pk])
    cases = [
        ("address", "123", "请填写对方的邮箱（例如 zhang@example.com）或 11 位手机号。"),
        ("address", "a@b", "邮箱格式不对。例如 zhang@example.com。"),
        ("address", "x" * 500, "最多 254 个字，现在有 500 个"),
        ("address", cast.bob.email, "对方已经是本单位成员，不用再邀请。"),
    ]
    assert complaints(as_(cast.alice), members, cases, filled={"role": "manager"}) == []
    assert not Invitation.objects.exists()


def test_refusing_somebody_who_asks_to_join(cast: Cast):
    ask_to_join(cast.enterprise, message="回来了", by=cast.charlie)
    before, asked = rows(), JoinRequest.objects.get()
    members = reverse("organisation_members", args=[cast.enterprise.pk])
    alice = as_(cast.alice)
    for typed, sentence in (("", "请写明不同意的理由，对方会看到。"), ("不" * 500, "最多 200 个字，现在有 500 个")):
        answer = alice.post(reverse("join_decide", args=[asked.pk]), {"do": "refuse", "reason": typed})
        shown = Page(members, answer.content.decode())
        assert answer.status_code == 422
        assert sentence in shown.errors[f"id_{asked.pk}_reason_error"]
        assert sentence in shown.summary[f"#id_{asked.pk}_reason"]
        assert shown.form_with("reason").controls["reason"].values == [typed]
        assert "邀请同事" in shown.text
    assert rows() == before


def test_a_team_and_its_members(cast: Cast):
    page = cast.team.get_absolute_url()
    join(cast.xu, cast.university)
    cases = [("role_in_team", "工" * 500, "分工最多 60 个字，现在有 500 个"), ("person", "x", "请从本单位成员中选择")]
    assert complaints(as_(cast.tao), page, cases[:1]) == []
    answer = as_(cast.tao).post(
        reverse("team_add", args=[cast.team.pk]), {"person": str(cast.rui.pk), "role_in_team": "试验"}
    )
    shown = Page(page, answer.content.decode())
    assert answer.status_code == 422
    assert cases[1][2] in shown.errors["id_person_error"]
    assert shown.form_with("role_in_team").controls["role_in_team"].values == ["试验"]
    assert as_(cast.ting).post(reverse("team_add", args=[cast.team.pk]), {"person": "x"}).status_code == 403
    keywords = ("keywords", "词" * 50, "每个关键词最多 40 个字")
    assert complaints(as_(cast.tao), f"{page}edit/", [keywords]) == []


def test_checking_a_receipt(db):
    cases = [
        ("text", "", "请粘贴回执内容，或选择回执文件。"),
        ("text", "{", "读不出回执：内容不完整或被改动过格式。"),
        ("text", "9" * 5000, "读不出回执"),
        ("text", "[" * 60_000, "读不出回执"),
        ("text", '{"format": "x"}', "这不是揭榜台的回执。"),
        ("text", "长" * 70_000, "现在是 70000 字"),
    ]
    assert complaints(as_(None), "/receipts/verify/", cases) == []
