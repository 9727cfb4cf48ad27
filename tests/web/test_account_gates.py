"""What stands before every page: idle sessions, the second factor, the door; and nothing typed is lost."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from accounts.models import Organisation
from people import PASSWORD, Cast, person


@pytest.fixture(autouse=True)
def fresh_limits():
    cache.clear()
    yield
    cache.clear()


def as_(user) -> Client:
    client = Client()
    client.force_login(user)
    client.get("/account/")
    return client


def age(client: Client, **minutes: float) -> None:
    session = client.session
    for key, value in minutes.items():
        session[key] = time.time() - value * 60
    session.save()


# ── too long away ──
def test_half_an_hour_without_a_click_ends_the_session(cast: Cast):
    client = as_(cast.alice)
    age(client, seen=29)
    assert client.get("/account/").status_code == 200
    age(client, seen=31)
    answer = client.get("/account/?tab=x")
    assert answer["Location"] == "/account/login/?next=%2Faccount%2F%3Ftab%3Dx" or answer["Location"].startswith(
        "/account/login/?next="
    )
    assert client.get("/account/").status_code == 302


def test_zone_staff_have_a_quarter_of_an_hour(cast: Cast):
    client = as_(cast.guan)
    age(client, seen=14)
    assert client.get("/office/organisations/").status_code == 200
    age(client, seen=16)
    assert client.get("/office/organisations/").status_code == 302


def test_twelve_hours_end_the_busiest_session(cast: Cast):
    client = as_(cast.alice)
    age(client, began=12 * 60 + 1)
    assert client.get("/account/").status_code == 302


def test_what_was_typed_in_a_dead_session_is_sent_after_login(cast: Cast):
    """The reason an officer wrote, half an hour ago, reaches the case; nothing is sent before he says so."""
    waiting = cast.wei.organisations().get()
    cast.guan.set_password(PASSWORD)
    cast.guan.save()
    client = as_(cast.guan)
    age(client, seen=16)
    address = reverse("move", args=["organisation", waiting.pk, "return"])
    typed = {"code": "name", "reason": "名称与营业执照不一致，少了“有限”二字。"}
    sent_away = client.post(address, typed)
    assert sent_away["Location"] == "/account/login/?next=%2Faccount%2Fresume%2F"
    raw = client.session["resume"]
    assert "营业执照" not in raw, "a draft at rest is ciphertext"
    assert client.get("/account/resume/").status_code == 302, "not before login"
    client.post("/account/login/", {"login": cast.guan.email, "password": PASSWORD})
    page = client.get("/account/resume/").content.decode()
    assert f'action="{address}"' in page
    assert "名称与营业执照不一致，少了“有限”二字。" in page
    waiting.refresh_from_db()
    assert waiting.status == "submitted"
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    client.post(address, {**kept})
    waiting.refresh_from_db()
    assert waiting.status == "returned"
    assert client.get("/account/resume/").status_code == 302, "sent once, gone"


def test_somebody_else_at_the_same_browser_does_not_get_the_text(cast: Cast):
    client = as_(cast.alice)
    age(client, seen=31)
    client.post("/account/profile/", {"name": "艾丽丝的新名字"})
    client.force_login(cast.charlie)
    answer = client.get("/account/resume/")
    assert answer.status_code == 302
    cast.charlie.refresh_from_db()
    assert cast.charlie.name == "查理"


def test_passwords_and_login_forms_are_never_kept(cast: Cast):
    client = as_(cast.alice)
    age(client, seen=31)
    client.post("/account/password/change/", {"oldpassword": PASSWORD, "password1": "x"})
    assert "resume" not in client.session


def test_a_form_from_another_site_is_not_kept_either(cast: Cast):
    """Else a stranger could lay words into a visitor's session, to be sent with one trusting click."""
    client = Client(enforce_csrf_checks=True)
    client.post(reverse("join"), {"uscc": "91110000600037341L"})
    assert "resume" not in client.session


def test_a_script_beside_a_form_leaves_page_and_kept_form_alone_when_the_session_is_dead(cast: Cast):
    """The autosave and the checklist send what is being typed; the form itself may be waiting already."""
    client = as_(cast.alice)
    age(client, seen=31)
    client.post("/account/profile/", {"name": "改"})
    kept = client.session["resume"]
    answer = client.post("/account/profile/", {"name": "改改"}, headers={"X-Requested-With": "autosave"})
    assert (answer.status_code, answer.content, client.session["resume"]) == (401, b"", kept)


def test_a_button_of_htmx_in_a_dead_session_leads_to_the_login_and_back_to_its_page(cast: Cast):
    client = as_(cast.alice)
    age(client, seen=31)
    page = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/?tab=x"}
    answer = client.post("/account/profile/", {"name": "改"}, headers=page)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, "/account/login/?next=%2Faccount%2F")
    assert "resume" not in client.session


# ── the door ──
def test_a_visitor_learns_nothing_at_the_door(cast: Cast):
    """A page that is there and one that is not: both ask for a login."""
    there = Client().get(cast.enterprise.get_absolute_url())
    nowhere = Client().get(f"/organisations/{cast.alice.pk}/")
    assert (there.status_code, nowhere.status_code) == (302, 302)
    assert there["Location"].replace(str(cast.enterprise.pk), "X") == nowhere["Location"].replace(
        str(cast.alice.pk), "X"
    )


def test_private_pages_are_not_stored_by_anybody(cast: Cast):
    assert as_(cast.alice).get("/account/")["Cache-Control"] == "private, no-store"


# ── the second factor ──
def totp(user) -> TOTP:
    return TOTP.activate(user, "JBSWY3DPEHPK3PXP")


def code() -> str:
    _past, counter, _coming = yield_hotp_counters_from_time()  # good for thirty seconds from now at least
    return format_hotp_value(hotp_value("JBSWY3DPEHPK3PXP", counter))


def test_staff_without_a_second_factor_get_the_security_pages_only(cast: Cast, settings):
    settings.SECOND_FACTOR_FORCED = True
    client = as_(cast.guan)
    for address in ("/office/organisations/", "/account/", "/account/roles/"):
        assert client.get(address)["Location"] == "/account/2fa/", address
    assert client.get("/account/2fa/").status_code == 200
    assert as_(cast.alice).get("/account/").status_code == 200, "members are free to choose"


def test_the_demo_may_skip_it(cast: Cast, settings):
    settings.SECOND_FACTOR_FORCED = False
    assert as_(cast.guan).get("/office/organisations/").status_code == 200


def test_staff_log_in_with_password_and_code(cast: Cast, settings):
    settings.SECOND_FACTOR_FORCED = True
    cast.guan.set_password(PASSWORD)
    cast.guan.save()
    totp(cast.guan)
    client = Client()
    first = client.post("/account/login/", {"login": cast.guan.email, "password": PASSWORD})
    assert first["Location"] == "/account/2fa/authenticate/"
    assert client.get("/office/organisations/").status_code == 302, "a password alone is not enough"
    assert "验证码不对" in client.post("/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    used = code()
    assert client.post("/account/2fa/authenticate/", {"code": used}).status_code == 302
    assert client.get("/office/organisations/").status_code == 200
    other = Client()
    other.post("/account/login/", {"login": cast.guan.email, "password": PASSWORD})
    again = other.post("/account/2fa/authenticate/", {"code": used})
    assert "验证码不对" in again.content.decode(), "a code works once"


def test_a_second_factor_is_set_up_in_the_browser_with_recovery_codes(cast: Cast, settings):
    settings.SECOND_FACTOR_FORCED = True
    cast.guan.set_password(PASSWORD)
    cast.guan.save()
    client = Client()
    client.post("/account/login/", {"login": cast.guan.email, "password": PASSWORD})
    asked = client.get("/account/2fa/totp/activate/")
    assert asked["Location"].startswith("/account/reauthenticate/"), "a walk-up to an open screen is not enough"
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'<span class="mono">(\w+)</span>', page)[1]
    _past, counter, _coming = yield_hotp_counters_from_time()  # good for thirty seconds from now at least
    done = client.post("/account/2fa/totp/activate/", {"code": format_hotp_value(hotp_value(secret, counter))})
    assert done["Location"] == "/account/2fa/recovery-codes/"
    assert len(re.findall(r"<li>\d{8}</li>", client.get("/account/2fa/recovery-codes/").content.decode())) == 10
    assert client.get("/office/organisations/").status_code == 200
    stored = Authenticator.objects.get(user=cast.guan, type="totp")
    assert secret not in str(stored.data), "the secret lies encrypted"


def test_staff_keep_their_last_second_factor(cast: Cast):
    cast.guan.set_password(PASSWORD)
    cast.guan.save()
    client = Client()
    client.post("/account/login/", {"login": cast.guan.email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    totp(cast.guan)
    refused = client.post("/account/2fa/totp/deactivate/")
    assert "管委会人员必须保留一种二次验证" in refused.content.decode()
    assert Authenticator.objects.filter(user=cast.guan, type="totp").exists()


def test_allauths_pages_wear_our_frame(db, settings):
    page = Client().get("/account/login/").content.decode()
    assert 'data-theme="auto"' in page
    assert settings.ZONE_NAME in page


# ── sessions ──
def test_sessions_are_listed_and_revoked(db):
    person("某人", email="me@example.com", password=PASSWORD)
    here, there = Client(HTTP_USER_AGENT="Firefox"), Client(HTTP_USER_AGENT="Old-Phone")
    for client in (here, there):
        client.post("/account/login/", {"login": "me@example.com", "password": PASSWORD})
    assert "Old-Phone" in here.get("/account/sessions/").content.decode()
    here.post("/account/sessions/")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_a_removed_members_open_session_has_no_rights_left(cast: Cast):
    from accounts.actions import remove

    client = as_(cast.bob)
    page = cast.enterprise.get_absolute_url()
    assert client.get(page).status_code == 200
    remove(cast.enterprise.memberships.get(user=cast.bob), by=cast.alice)
    assert client.get(page).status_code == 404
    assert client.post("/account/acting/", {"organisation": str(cast.enterprise.pk)}).status_code == 404


# ── without Valkey ──
@pytest.fixture
def dead_cache(settings):
    return {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}


def test_a_page_needs_no_cache(cast: Cast, dead_cache):
    client = as_(cast.alice)
    with override_settings(CACHES=dead_cache):
        assert client.get("/account/").status_code == 200
        assert Client().get("/account/").status_code == 302


def test_a_session_that_could_not_be_ended_in_the_cache_is_not_ended_at_all(cast: Cast, dead_cache):
    client = as_(cast.alice)
    client.raise_request_exception = False
    with override_settings(CACHES=dead_cache):
        assert client.post("/account/logout/").status_code == 500
        assert client.get("/account/").status_code == 200
    cookies = dict(client.cookies)
    assert client.post("/account/logout/").status_code == 302
    client.cookies.update(cookies)
    assert client.get("/account/").status_code == 302


def test_an_ended_appointment_ends_in_the_open_session(cast: Cast):
    from accounts.appointments import end

    client = as_(cast.guan)
    assert client.get("/office/organisations/").status_code == 200
    end(cast.guan.appointments.get(), by=cast.secadmin)
    assert client.get("/office/organisations/").status_code == 403


def test_one_acts_for_the_organisation_one_chose_while_one_belongs_to_it(cast: Cast, rf):
    from accounts.actions import remove
    from people import join
    from web.account.acting import acting_organisation

    join(cast.bob, cast.other_enterprise)
    client = as_(cast.bob)
    client.post("/account/acting/", {"organisation": str(cast.enterprise.pk)})
    request = rf.get("/")
    request.user, request.session = cast.bob, client.session
    assert acting_organisation(request) == cast.enterprise
    remove(cast.enterprise.memberships.get(user=cast.bob), by=cast.alice)
    cast.bob.forget_rights()
    assert acting_organisation(request) == cast.other_enterprise
    assert Organisation.objects.filter(pk=cast.enterprise.pk).exists()
