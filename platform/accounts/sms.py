"""Text messages through whatever the zone has: `settings.SMS_BACKEND` names a class with `send(phone, text)`."""

import logging
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)


class Backend(Protocol):
    def send(self, phone: str, text: str) -> None: ...


class LogBackend:
    """The default: shows the message in the log, so that a fresh checkout needs no contract with an operator.

    Never in a deployment: a code in a log is a key under the mat.
    """

    def send(self, phone: str, text: str) -> None:
        if settings.HTTPS:
            log.error("A text message was not sent: SMS_BACKEND names no operator.")
            return
        log.warning("SMS to %s: %s", phone, text)


def send(phone: str, text: str) -> None:
    backend: Backend = import_string(settings.SMS_BACKEND)()
    backend.send(phone, text)
