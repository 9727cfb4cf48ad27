"""A log tells what went wrong, not whom it happened to nor how to get in."""

import logging

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts import invitations, sms
from accounts.models import User
from core.logs import Line
from people import Cast

pytestmark = pytest.mark.django_db
LINE = Line("{levelname} {name}: {message}", style="{")


def written(caplog: pytest.LogCaptureFixture) -> str:
    """What the error stream would show of everything that was logged."""
    return "\n".join(LINE.format(record) for record in caplog.records)


def test_the_link_of_an_invitation_is_not_logged_when_its_page_fails(cast: Cast, caplog, monkeypatch):
    invitation = invitations.invite(organisation=cast.enterprise, email="new@example.com", by=cast.alice)
    token = invitations.token_of(invitation)
    monkeypatch.setattr(invitations, "why_closed", None)
    client = Client(raise_request_exception=False)
    assert client.get(f"/account/invitations/{token}/").status_code == 500
    assert "Internal Server Error: /account/invitations/…/" in written(caplog)
    assert token not in written(caplog)


@pytest.mark.parametrize("said", ["{error}", "{error!r}", "with the traceback"])
def test_the_row_that_offended_is_not_logged(cast: Cast, caplog, said: str):
    try:
        with transaction.atomic():
            User.objects.create(email=cast.alice.email, name="冒名")
    except IntegrityError as error:
        logging.getLogger("core").error(said.format(error=error), exc_info=said.startswith("with"))
    assert "duplicate key value violates unique constraint" in written(caplog)
    assert cast.alice.email not in written(caplog)
    assert cast.alice.email in caplog.text, "the mutant: the same line, formatted as usual"


def test_ids_stay_readable_and_numbers_of_persons_do_not():
    def line(text: str) -> str:
        return LINE.format(logging.LogRecord("x", logging.ERROR, "", 0, text, (), None))

    kept = "Not Found: /needs/5b8d1d3e-0000-4000-8000-000000000000/files/1234567890123/"
    assert line(kept) == f"ERROR x: {kept}"
    assert line("of +8613800138000, 13800138000 and 37020219900101123X") == "ERROR x: of …, … and …"


def test_the_error_stream_of_the_platform_is_written_with_it(settings):
    (handler,) = settings.LOGGING["handlers"].values()
    assert settings.LOGGING["formatters"][handler["formatter"]]["()"] == "core.logs.Line"
    assert settings.CELERY_WORKER_HIJACK_ROOT_LOGGER is False, "Celery would write in its own words"


def test_a_deployment_without_an_operator_sends_no_text_message_and_tells_nobody_its_content(settings, caplog):
    settings.HTTPS = True
    sms.send("+8613800138000", "验证码 123456")
    assert "SMS_BACKEND" in caplog.text
    assert not any(secret in caplog.text for secret in ("123456", "13800138000"))
    settings.HTTPS = False
    sms.send("+8613800138000", "验证码 123456")
    assert "验证码 123456" in written(caplog)
