"""Logging in: by mail address or phone, the same answer to strangers, limits before any password is worked on."""

import re

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import sms
from accounts.hashers import Argon2id
from accounts.models import User
from people import PASSWORD, Cast, person

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def work(monkeypatch):
    """How many passwords were worked on."""
    done = []
    for name in ("encode", "verify"):
        real = getattr(Argon2id, name)

        def counted(self, *args, real=real, **kwargs):
            done.append(1)
            return real(self, *args, **kwargs)

        monkeypatch.setattr(Argon2id, name, counted)
    return done


def body(response) -> str:
    """What the visitor reads, without what differs by chance or was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|"X-CSRFToken": "[^"]+"', "", response.content.decode())
    return re.sub(r"[\w.+-]+@example\.com|1[38]\d{9}|\+86\d+", "ADDRESS", text)


def log_in(login: str, password: str = PASSWORD, client: Client | None = None, **more):
    return (client or Client()).post(LOGIN, {"login": login, "password": password}, **more)


def test_passwords_are_kept_as_argon2id_of_the_size_we_measured(db):
    encoded = person("某人", password=PASSWORD).password
    assert identify_hasher(encoded).algorithm == "argon2"
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in encoded


@pytest.mark.parametrize("typed", ["zhang@example.com", "ZHANG@Example.com", " zhang@example.com "])
def test_one_logs_in_by_mail_address(db, typed):
    person("张三", email="zhang@example.com", password=PASSWORD)
    assert log_in(typed).status_code == 302


@pytest.mark.parametrize(
    "typed", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００", "008613800138000"]
)
def test_one_logs_in_by_phone_as_people_write_it(db, typed):
    person("李四", password=PASSWORD, phone="+8613800138000", phone_verified=True)
    assert log_in(typed).status_code == 302


def test_an_unconfirmed_phone_logs_nobody_in(db):
    person("李四", password=PASSWORD, phone="+8613800138000")
    assert log_in("13800138000").status_code == 200


def test_a_wrong_login_says_the_same_whoever_it_is(db):
    """Body and code: known and unknown, mail and phone, switched off or not."""
    person("在册", email="known@example.com", password=PASSWORD)
    person("停用", email="off@example.com", password=PASSWORD, is_active=False)
    person("手机", password=PASSWORD, phone="+8613800138000", phone_verified=True)
    answers = [
        log_in(login, "not-the-password-1")
        for login in (
            "known@example.com",
            "nobody@example.com",
            "off@example.com",
            "13800138000",
            "13900139000",
            "胡乱",
        )
    ]
    assert {r.status_code for r in answers} == {200}
    assert len({body(r).replace("胡乱", "ADDRESS") for r in answers}) == 1
    assert "账号或密码不对" in body(answers[0])


def test_a_wrong_login_costs_the_same_whoever_it_is(db, work):
    person("在册", email="known@example.com", password=PASSWORD)
    person("手机", password=PASSWORD, phone="+8613800138000", phone_verified=True)
    costs = []
    for login in ("known@example.com", "nobody@example.com", "13800138000", "13900139000"):
        work.clear()
        log_in(login, "not-the-password-1")
        costs.append(len(work))
    assert costs == [1, 1, 1, 1]


def test_the_limit_comes_before_the_hashing(db, work):
    person("在册", email="known@example.com", password=PASSWORD)
    work.clear()
    answers = [log_in("known@example.com", "wrong-password-1") for _n in range(12)]
    assert len(work) == 5
    assert "尝试次数太多" in answers[-1].content.decode()
    work.clear()
    assert log_in("known@example.com").status_code == 200, "not even the right password is looked at"
    assert work == []


def test_a_flood_from_one_address_is_turned_away_unread(db, work):
    answers = [log_in(f"nobody{n}@example.com", "wrong-password-1") for n in range(40)]
    assert answers[-1].status_code == 429
    assert len(work) <= 30
    assert "操作太频繁" in answers[-1].content.decode()


def test_a_stranger_elsewhere_does_not_lock_the_owner_out(db):
    person("在册", email="known@example.com", password=PASSWORD)
    for _n in range(10):
        log_in("known@example.com", "wrong-password-1", REMOTE_ADDR="203.0.113.9")
    assert log_in("known@example.com", REMOTE_ADDR="198.51.100.7").status_code == 302


def test_phones_do_not_share_one_lock(db):
    person("李四", password=PASSWORD, phone="+8613800138000", phone_verified=True)
    for n in range(6):
        log_in(f"1390013900{n}", "wrong-password-1")
    assert log_in("13800138000").status_code == 302


def test_the_session_key_changes_at_login(db):
    person("在册", email="known@example.com", password=PASSWORD)
    client = Client()
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    log_in("known@example.com", client=client)
    assert client.session.session_key != before


def test_logging_out_takes_a_button_not_a_link(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    assert client.get("/account/logout/").status_code == 200
    assert client.get("/account/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302


# ── a forgotten password ──
def codes(mailoutbox) -> list[str]:
    return re.findall(r"验证码：(\S+?)（", mailoutbox[-1].body)


def test_a_reset_answers_known_and_unknown_alike(db, mailoutbox):
    person("在册", email="known@example.com", password=PASSWORD)
    answers = []
    for email in ("known@example.com", "nobody@example.com"):
        client = Client()
        first = client.post("/account/password/reset/", {"email": email})
        then = client.get(first["Location"])
        answers.append((first.status_code, first["Location"], then.status_code, body(then)))
    assert answers[0] == answers[1]
    assert [m.to for m in mailoutbox] == [["known@example.com"], ["nobody@example.com"]]
    assert [m.subject for m in mailoutbox] == ["重设密码的验证码", "这个邮箱还没有账号"]


def test_a_password_is_reset_with_the_code_and_other_sessions_end(db, mailoutbox):
    user = person("在册", email="known@example.com", password=PASSWORD)
    elsewhere = Client()
    log_in("known@example.com", client=elsewhere)
    client = Client()
    client.post("/account/password/reset/", {"email": "known@example.com"})
    wrong = client.post("/account/password/reset/confirm/", {"code": "WRONG-1"})
    assert "验证码不对" in wrong.content.decode()
    client.post("/account/password/reset/confirm/", {"code": codes(mailoutbox)[0]})
    weak = client.post("/account/password/reset/complete/", {"password1": "12345"})
    assert "至少要 10 个" in weak.content.decode()
    client.post("/account/password/reset/complete/", {"password1": "new-横竖撇捺-pass"})
    user.refresh_from_db()
    assert user.check_password("new-横竖撇捺-pass")
    assert elsewhere.get("/account/").status_code == 302


def test_codes_cannot_be_guessed_for_long(db, mailoutbox):
    person("在册", email="known@example.com", password=PASSWORD)
    client = Client()
    client.post("/account/password/reset/", {"email": "known@example.com"})
    for n in range(3):
        client.post("/account/password/reset/confirm/", {"code": f"WRONG{n}"})
    after = client.post("/account/password/reset/confirm/", {"code": codes(mailoutbox)[0]})
    assert after["Location"] != "/account/password/reset/complete/"
    assert client.get("/account/password/reset/complete/").status_code == 302


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "至少要 10 个"),
        ("1234567890123", "数字"),
        ("password123", "猜"),
        ("jiebang2026", "常用词"),
        ("Qingdao@20261", "常用词"),
        ("高新区揭榜台2026", "常用词"),
        ("zhangsan2026", "太像"),
        ("13800138000a", "太像"),
    ],
)
def test_weak_passwords_are_refused_with_what_to_do(db, password, words):
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    user = User(name="张三", email="zs@example.com", phone="+8613800138000")
    with pytest.raises(ValidationError) as refused:
        validate_password(password, user)
    assert words in " ".join(refused.value.messages)


@pytest.mark.parametrize("password", [PASSWORD, "横竖撇捺 correct 7 horse", "k7$Wq-2pLx!v"])
def test_good_passwords_pass(db, password):
    from django.contrib.auth.password_validation import validate_password

    validate_password(password, User(name="张三", email="zs@example.com"))


# ── phones ──
def test_a_phone_counts_only_once_confirmed(db, caplog):
    user = person("李四", email="li@example.com", password=PASSWORD)
    client = Client()
    log_in("li@example.com", client=client)
    client.post("/account/phone/change/", {"phone": "138 0013 8000"})
    user.refresh_from_db()
    assert (user.phone, user.phone_verified) == (None, False)
    code = re.findall(r"验证码 (\S+)，", caplog.text)[-1]
    client.post("/account/phone/verify/", {"code": code})
    user.refresh_from_db()
    assert (user.phone, user.phone_verified) == ("+8613800138000", True)


def test_a_phone_of_somebody_else_is_not_told_but_not_given(db, caplog):
    person("机主", phone="+8613800138000", phone_verified=True)
    other = person("李四", email="li@example.com", password=PASSWORD)
    client = Client()
    log_in("li@example.com", client=client)
    free = client.post("/account/phone/change/", {"phone": "13900139000"})
    cache.clear()
    taken = client.post("/account/phone/change/", {"phone": "13800138000"})
    assert (free.status_code, free["Location"]) == (taken.status_code, taken["Location"])
    code = (re.findall(r"验证码 (\S+)，", caplog.text) or ["000000"])[-1]
    client.post("/account/phone/verify/", {"code": code})
    other.refresh_from_db()
    assert other.phone != "+8613800138000"


def test_the_sms_backend_is_whatever_the_zone_names(settings, caplog):
    sms.send("+8613800138000", "验证码 1234")
    assert "SMS to +8613800138000: 验证码 1234" in caplog.text
    settings.SMS_BACKEND = "accounts.nowhere.Backend"
    with pytest.raises(ImportError):
        sms.send("+8613800138000", "验证码 1234")


def test_the_language_stays_with_the_person(cast: Cast):
    client = Client()
    client.force_login(cast.alice)
    client.post(reverse("set_language"), {"language": "en", "next": "/account/"})
    cast.alice.refresh_from_db()
    assert cast.alice.language == "en"
    elsewhere = Client()
    elsewhere.force_login(cast.alice)
    assert '<html lang="en"' in elsewhere.get("/account/").content.decode()


def test_a_visitor_reads_chinese_until_they_choose(db):
    client = Client(HTTP_ACCEPT_LANGUAGE="en-US,en")
    assert '<html lang="zh-hans"' in client.get("/account/login/").content.decode()
    assert client.get(reverse("set_language")).status_code == 405
    answer = client.post(reverse("set_language"), {"language": "en", "next": "//evil.example/"})
    assert answer["Location"] == "/"
    assert '<html lang="en"' in client.get("/account/login/").content.decode()
