"""Requests no browser of ours would send: hostile addresses, broken bodies, old tokens, more fields than any form has.

Whatever comes, the answer is a page with a sentence, never a 5xx, and nothing is written that should not be.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver, reverse

import journey
from forms_on_page import Page
from needs.models import Need
from people import Cast
from works.actions import add_work
from works.importing import carry_on, send_file
from wrong_forms import as_

pytestmark = pytest.mark.django_db

NAMES = ["page", "sort", "field", "region", "status", "state", "kind", "group", "list", "late", "why", "batch", "q",
         "year", "until", "handler", "who", "what",
         "after", "next", "invitation", "unread", "reward", "cooperation", "due",
         "by", "side", "code", "strength", "judged"]  # fmt: skip
VALUES_OF_ALL = ["%00", ";drop%20table", "%C2%B2", "99999999999999999999", "9999-12-31", "%ED%A0%80"]
QUERIES = [
    *("&".join(f"{name}={value}" for name in NAMES) for value in VALUES_OF_ALL),  # each name with each value …
    "page=-1", "field=4&field=%00", "year=0", "=%00&&&=",  # … and some alone,
    "page=999999", "q=" + "%E9%95%BF" * 5000, "q=%27%29%3B--", "q=%00", "page=%00",  # as they would be sent
]  # fmt: skip
LISTS = [
    (None, ["home", "listing_list", "result_list", "notice_list", "funnel", "checkpoints", "checkpoint_file",
            "receipt_verify", "account_login", "account_signup", "roles", "feeds", "listing_feed", "listing_json",
            "listing_deadlines", "sitemap"]),
    ("alice", ["enterprise_home", "enterprise_needs", "enterprise_intents", "enterprise_contracts", "inbox", "account",
                "enterprise_need_new", "enterprise_need_import", "watching", "search_new"]),
    ("yun", ["custodian_list", "agency_home", "agency_assignments", "agency_credits"]),
    ("tao", ["team_home", "team_proposals", "team_intents", "team_contracts", "team_members",
             "team_suggestions", "meetings", "meetings_calendar"]),
    ("guan", ["office_home", "office_needs", "office_contracts", "office_batches", "office_organisations",
              "office_funnel", "office_ledgers", "office_import", "office_todo", "office_cold", "office_credits",
              "office_credit_needs", "office_unmatched", "office_invites", "office_suggestions",
              "office_judgements"]),
    ("auditor", ["office_audit"]),
    ("sysadmin", ["wordings"]),
    ("secadmin", ["office_staff"]),
]  # fmt: skip


@pytest.fixture(autouse=True)
def quiet(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


# ── addresses ───────────────────────────────────────────────────────────────────
def test_no_query_string_breaks_a_list(cast: Cast):
    journey.published(cast)
    for who, names in LISTS:
        client = as_(getattr(cast, who) if who else None)
        for address in map(reverse, names):
            for query in QUERIES:
                answer = client.get(f"{address}?{query}")
                assert answer.status_code in (200, 302, 400, 404), (address, query, answer.status_code)


def test_no_query_string_breaks_a_list_of_works(cast: Cast):
    """Lists that name a team: `verdict` and `kind` of whatever sort, too."""
    entered = add_work(cast.team, kind="paper", title="公开的论文", year=2024, visibility="public", by=cast.tao)
    file = SimpleUploadedFile("a.csv", "题名\n甲乙\n".encode())
    job = send_file(cast.team, file, kind="paper", visibility="matching", by=cast.tao)
    carry_on()
    places = [(cast.tao, "team_works", [cast.team.pk]), (cast.tao, "work_import", [job.pk]),
              (cast.tao, "works_export", [cast.team.pk, "jsonl"]), (None, "public_team", [cast.team.pk]),
              (None, "work", [entered.pk])]  # fmt: skip
    for who, name, args in places:
        for query in [*QUERIES, "verdict=%00", "verdict=wrong", "kind=paper&year=2024", "kind=x&year=x&q=%25_"]:
            answer = as_(who).get(f"{reverse(name, args=args)}?{query}")
            assert answer.status_code in (200, 302, 400, 404), (name, query, answer.status_code)


def test_every_list_is_in_the_test_above():
    """A new page with a `page` or a search has to be added there: here are those that take no arguments."""
    tested = {name for _who, names in LISTS for name in names}
    free = {pattern.name for pattern in _patterns(get_resolver()) if not pattern.pattern.converters}
    others = {
        "how_to", "verifier", "privacy", "accessibility", "robots", "healthz", "security", "preferences", "start",
        "set_language", "profile", "join", "organisation_new", "act_for", "personal_data", "resume", "inbox_read_all",
        "office_health", "office_letters", "office_import_template", "batch_new", "team_new", "gallery",
        "gallery_draft", "batch_list", "enterprise_need_form", "enterprise_need_template", "enterprise_need_upload",
        "work_template", "custodian_tool",
    }  # fmt: skip
    assert free - others == tested - {"account_signup"}


def _patterns(resolver: Any) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one)
        elif not one.callback.__module__.startswith(("allauth.", "django.")) or one.name in ("account_login",):
            yield one


@pytest.mark.parametrize("number", ["%00", "JB-2026-Q4-9999", "..%2F..%2Fetc", "%E2%80%AE", "a" * 3000, "%F0%A0%AE%B7"])
def test_a_listing_that_cannot_exist_is_not_found(cast: Cast, number):
    for address in (f"/listings/{number}/", f"/listings/{number}/bid/", f"/account/invitations/{number}/"):
        assert as_(cast.tao).get(address).status_code in (400, 404)


def test_a_ledger_that_cannot_exist_and_one_that_can(cast: Cast):
    guan = as_(cast.guan)
    assert guan.get("/office/ledgers/x/").status_code == 404
    assert guan.get("/office/funnel/x/").status_code == 404
    for query in QUERIES:
        for page in ("/office/ledgers/contracts/", "/office/funnel/published/"):
            assert guan.get(f"{page}?{query}").status_code in (200, 400, 404), (page, query)


@pytest.mark.parametrize("place", ["x", "\x00", "//evil.example/", "https://evil.example/", "a\nb", "javascript:1"])
@pytest.mark.parametrize("form", ["preferences", "set_language", "act_for"])
def test_back_leads_to_a_page_of_ours_whatever_the_form_says(cast: Cast, form, place):
    data = {"next": place, "language": "zh-hans", "theme": "dark", "organisation": str(cast.enterprise.pk)}
    answer = as_(cast.alice).post(reverse(form), data)
    assert answer["Location"] in ("/", "/account/")


@pytest.mark.parametrize("typed", ["", "x", "\x00", "9" * 5000])
def test_acting_for_an_organisation_that_is_none(cast: Cast, typed):
    assert as_(cast.alice).post(reverse("act_for"), {"organisation": typed}).status_code == 404


# ── bodies ──────────────────────────────────────────────────────────────────────
@pytest.fixture
def draft(cast: Cast) -> Need:
    return journey.draft(cast)


def test_a_post_without_a_body_or_a_content_type_says_what_to_do(cast: Cast, draft: Need):
    alice, page = as_(cast.alice), f"/needs/{draft.pk}/edit/"
    for content_type in ("", "text/plain", "application/json", "application/octet-stream"):
        answer = alice.generic("POST", page, b'{"title": "x"}', content_type=content_type)
        assert answer.status_code == 409
        assert "没有收到您填写的内容" in answer.content.decode()
    assert alice.generic("POST", "/account/profile/", b"", content_type="").status_code == 200
    draft.refresh_from_db()
    assert draft.title == "高强度抗爆弹性体材料"


PART = b'--A\r\nContent-Disposition: form-data; name="title"'
BROKEN = {
    "no boundary": (b"x", "multipart/form-data"),
    "another boundary": (PART + b"\r\n\r\nx\r\n--A--", 'multipart/form-data; boundary="B"'),
    "cut short": (PART + b"\r\n\r\nx", "multipart/form-data; boundary=A"),
    "base64 that is none": (
        PART + b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!\r\n--A--", "multipart/form-data; boundary=A"
    ),
    "unknown charset": (b"title=x", "application/x-www-form-urlencoded; charset=klingon"),
    "utf-16": ("title=x".encode("utf-16"), "application/x-www-form-urlencoded; charset=utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_body_gets_a_page_and_changes_nothing(cast: Cast, draft: Need, kind):
    body, content_type = BROKEN[kind]
    for page in (f"/needs/{draft.pk}/edit/", reverse("need_files", args=[draft.pk, "public"])):
        answer = as_(cast.alice).generic("POST", page, body, content_type=content_type)
        assert answer.status_code in (400, 409, 415, 422)
        assert "<h1" in answer.content.decode()
    assert Need.objects.get().title == "高强度抗爆弹性体材料"


def test_more_fields_than_any_form_has_get_a_sentence(cast: Cast, draft: Need):
    answer = as_(cast.alice).post(f"/needs/{draft.pk}/edit/", {f"field-{n}": "x" for n in range(1001)})
    assert answer.status_code == 413
    assert "您填写的内容请按“后退”，都还在表单里。" in answer.content.decode()


def test_a_megabyte_of_text_is_answered_at_its_field_and_comes_back(cast: Cast, draft: Need):
    """As a browser sends it, by multipart; what no field of ours takes in is a page that says so."""
    page = f"/needs/{draft.pk}/edit/"
    answer = as_(cast.alice).get(page)
    form = Page(page, answer.content.decode()).form_with("problem")
    text = "难" * 340_000
    answer = as_(cast.alice).post(page, form.data(problem=text), follow=True)
    shown = Page(page, answer.content.decode())
    assert "最多 1000 字，现在 340000 字。请删减后再保存，您写的内容还在。" in shown.errors["id_problem_error"]
    assert shown.form_with("problem").controls["problem"].values == [text]


# ── tokens ──────────────────────────────────────────────────────────────────────
def test_a_form_from_before_the_last_login_is_shown_again_and_sent_with_one_click(cast: Cast):
    """Two tabs: logging in in one makes the token of the other old. What was typed there is not lost."""
    need = journey.submitted(cast)
    guan = as_(cast.guan, enforce_csrf_checks=True)
    page = reverse("move", args=["need", need.pk, "return"])
    typed = {"code": "indicators", "reason": "请把“防腐性能强”改为盐雾小时数。", "csrfmiddlewaretoken": "x" * 64}
    answer = guan.post(page, typed, headers={"Origin": "http://testserver"}, follow=True)
    assert answer.redirect_chain == [("/account/resume/", 302)]
    text = answer.content.decode()
    assert "这个页面打开以后重新登录过，所以刚才没有提交。" in text
    assert "您填写的内容都还在" in text
    need.refresh_from_db()
    assert need.status == "submitted"
    again = next(form for form in Page("", text).forms if form.action == page)
    guan.post(page, again.data())
    need.refresh_from_db()
    assert need.status == "returned"


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
def test_a_form_from_another_site_is_neither_taken_nor_kept(cast: Cast, headers):
    alice = as_(cast.alice, enforce_csrf_checks=True)
    answer = alice.post("/account/profile/", {"name": "被改的名字"}, headers=headers)
    assert answer.status_code == 403
    assert "请按浏览器的“后退”，复制您的内容" in answer.content.decode()
    assert "resume" not in alice.session
    cast.alice.refresh_from_db()
    assert cast.alice.name == "艾丽丝"


def test_a_script_with_an_old_token_is_told_so_and_gets_no_page_of_another_form(cast: Cast, draft: Need):
    alice = as_(cast.alice, enforce_csrf_checks=True)
    for headers in ({"X-Requested-With": "autosave"}, {"HX-Request": "true"}):
        answer = alice.post(f"/needs/{draft.pk}/autosave/", headers={"Origin": "http://testserver", **headers})
        assert answer.status_code == 403


def test_passwords_are_not_kept_for_an_old_token(cast: Cast):
    alice = as_(cast.alice, enforce_csrf_checks=True)
    typed = {"oldpassword": "alt-geheim-7", "password1": "neu-geheim-8"}
    answer = alice.post("/account/password/change/", typed, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    assert "resume" not in alice.session
