"""One click ends the mails: a signed address that knows whose mails, and which, and nothing else.

It works without a login, because whoever must look for a password reports the mail as spam instead. It can only ever
stop something, so it does not expire; starting again needs a login.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import User
from discovery.actions import stop_alerts, unfollow
from discovery.models import Follow
from needs.models import Need
from notifications.models import Notice

SIGNER = Signer(salt="discovery.stopping")
ALERTS, FOLLOW = "alerts", "follow"


@dataclass(frozen=True)
class Way:
    """Mails of an app above: whether this person gets them, and how he gets no more."""

    is_on: Callable[[User], bool]
    stop: Callable[[User], Any]


_ways: dict[str, Way] = {}


def register(what: str, way: Way) -> Callable[[Notice], str]:
    """Called once, when the app that sends them is ready; gives what `notifications.kinds.register_stop` asks for."""
    _ways[what] = way
    return lambda notice: _path(what, notice.recipient_id)


@dataclass(frozen=True)
class Stop:
    """What one address stops. `need` only where it is one listing's notices."""

    user: User
    need: Need | None = None
    what: str = ALERTS

    @property
    def is_on(self) -> bool:
        if self.what in _ways:
            return _ways[self.what].is_on(self.user)
        if self.need is not None:
            return Follow.objects.visible_to(self.user).filter(need=self.need).exists()
        return self.user.saved_searches.filter(alerts=True).exists()

    def __call__(self) -> None:
        if self.what in _ways:
            _ways[self.what].stop(self.user)
        elif self.need is not None:
            unfollow(self.need, by=self.user)
        else:
            stop_alerts(by=self.user)


def stop_of_alerts(notice: Notice) -> str:
    """The path that ends the daily digest of its reader."""
    return _path(ALERTS, notice.recipient_id)


def stop_of_follow(notice: Notice) -> str:
    """The path that ends the notices about this one listing."""
    return _path(FOLLOW, notice.recipient_id, notice.subject_id)


def _path(*parts: Any) -> str:
    return reverse("stop", args=[SIGNER.sign(".".join(map(str, parts)))])


def read(token: str) -> Stop | None:
    """What the address stops; None for one we did not sign, or whose person or listing is gone."""
    try:
        what, *ids = SIGNER.unsign(token).split(".")
    except BadSignature:
        return None
    user = User.objects.filter(pk=UUID(ids[0]), is_active=True).first()
    need = Need.objects.filter(pk=UUID(ids[1])).first() if what == FOLLOW else None
    if user is None or (what == FOLLOW and need is None):
        return None
    return Stop(user, need, what)
