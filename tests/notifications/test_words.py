import pytest
from django.utils import translation

from notifications.actions import notify
from notifications.checks import missing_words
from notifications.kinds import kinds, register_gathered, register_kind
from notifications.mail import compose, message_id
from notifications.models import Delivery
from notifications.queries import inbox, lines, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def tell(subject):
    def tell(user, kind="need.submit", key="e1", **context):
        notify([user], kind=kind, subject=subject, context=context, key=key)
        return Delivery.objects.get(key=f"mail:{user.pk}:{key}")

    return tell


def test_a_mail_speaks_the_recipients_language_whoever_sends_it(person, kind, tell):
    with translation.override("zh-hans"):
        english = compose(tell(person(language="en"), days=3))
    with translation.override("en"):
        chinese = compose(tell(person(language="zh-hans"), days=3))
        unknown = compose(tell(person(language="xx"), days=3))
    assert english.subject == "新需求 海风材料公司（en）"
    assert chinese.subject == unknown.subject == "新需求 海风材料公司（zh-hans）"
    assert "请在 3 日内处理。" in chinese.body


def test_the_inbox_speaks_the_readers_language(person, kind, tell):
    alice = person()
    tell(alice, days=3)
    for language in ("en", "zh-hans"):
        with translation.override(language):
            (notice,) = read(inbox(alice))
        assert notice.message.title == f"新需求 海风材料公司（{language}）"
        assert notice.message.body == "请在 3 日内处理。"


def test_a_mail_has_one_recipient_a_greeting_and_an_identity_of_its_event(person, kind, tell):
    alice = person("张三")
    mail = compose(tell(alice, days=3))
    assert (mail.to, mail.cc, mail.bcc) == ([alice.email], [], [])
    assert mail.body.startswith("张三，您好：\n")
    assert mail.extra_headers["Message-ID"] == message_id(f"mail:{alice.pk}:e1")
    assert mail.extra_headers["Message-ID"].endswith("@jiebang.example>")
    assert str(alice.pk) not in mail.extra_headers["Message-ID"]


def test_a_mail_shows_the_link_and_the_inbox_the_path(person, kind, tell):
    alice = person()
    mail = compose(tell(alice, link="/needs/1/"))
    assert "https://jiebang.example/needs/1/\n" in mail.body
    (notice,) = read(inbox(alice))
    assert notice.message.url == "/needs/1/"


@pytest.mark.parametrize("link", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"])
def test_a_notice_never_leads_to_another_host(person, kind, tell, link):
    alice = person()
    assert "evil" not in compose(tell(alice, link=link)).body
    (notice,) = read(inbox(alice))
    assert notice.message.url == ""


def test_names_are_written_as_they_are_not_as_html(person, words, tell, subject):
    words("k", "{{ subject.name }}\n{{ reason }}")
    type(subject).objects.filter(pk=subject.pk).update(name="A&B <研> “䶮”")
    mail = compose(tell(person(), "k", reason="<script>x</script> & 𠮷"))
    assert mail.subject == "A&B <研> “䶮”"
    assert "<script>x</script> & 𠮷" in mail.body


def test_a_name_cannot_add_a_header(person, words, tell, subject):
    words("k", "{{ subject.name }}\nbody")
    type(subject).objects.filter(pk=subject.pk).update(name="海风\r\nBcc: all@example.com\r\n\r\nHi")
    mail = compose(tell(person("张三\r\nCc: all@example.com"), "k"))
    sent = mail.message()
    assert (sent["Subject"], sent["Bcc"], sent["Cc"], mail.recipients()) == (sent["Subject"], None, None, mail.to)
    assert "\n" not in mail.subject


def test_a_name_cannot_become_a_link_in_a_mail_that_the_zone_signs(person, words, tell, subject):
    words("k", "{{ subject.name }}\n{{ reason }} {{ own }}")
    type(subject).objects.filter(pk=subject.pk).update(name="HTTP://evil.example")
    own = "https://jiebang.example/needs/"
    mail = compose(
        tell(person("www.evil.example"), "k", reason="见 www.evil.example 或 https://jiebang.example.evil/", own=own)
    )
    assert mail.subject == "HTTP:// evil.example"
    assert mail.body.startswith("www. evil.example，您好")
    assert "见 www. evil.example" in mail.body
    assert "https:// jiebang.example.evil/" in mail.body
    assert own in mail.body


def test_a_notice_outlives_its_subject(person, kind, tell, subject):
    alice = person()
    letter = tell(alice, days=3)
    subject.delete()
    assert "请在 3 日内处理。" in compose(letter).body


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_of_the_inbox_costs_the_same_for_one_notice_and_for_three(
    person, kind, tell, rows, django_assert_num_queries
):
    alice = person()
    for n in range(rows):
        tell(alice, key=f"e{n}", days=3)
    with django_assert_num_queries(2):
        assert len(read(inbox(alice))) == rows


def test_a_kind_without_words_is_an_error(words):
    assert missing_words("nothing.there").id == "notifications.E001"
    words("broken", "{% if %}")
    assert missing_words("broken").id == "notifications.E002"
    words("short", "a title alone\n")
    assert missing_words("short").id == "notifications.E003"
    words("good", "title\nbody")
    assert missing_words("good") is None


def test_whoever_registers_a_kind_is_checked():
    register_kind("test.registered")
    assert "test.registered" in kinds()


def test_several_of_a_kind_in_a_row_are_one_line_and_each_mail_stays_its_own(person, subject, tell, monkeypatch):
    monkeypatch.setattr("notifications.kinds._gathered", {})
    alice = person()
    for key in ("e1", "e2", "e3"):
        tell(alice, key=key, days=3)
    assert [len(line.items) for line in lines(read(inbox(alice)))] == [1, 1, 1]
    register_gathered("need.submit", lambda n: f"{n} 项新需求")
    assert [(line.title, len(line.items)) for line in lines(read(inbox(alice)))] == [("3 项新需求", 3)]
    assert Delivery.objects.count() == 3
    notify([alice], kind="need.screen", subject=subject, key="e4")
    tell(alice, key="e5", days=3)
    assert [len(line.items) for line in lines(read(inbox(alice)))] == [1, 1, 3], "only what stands in a row"
