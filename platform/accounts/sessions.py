"""Sessions in PostgreSQL, with a copy in Valkey that saves a query. Losing Valkey fails no page and revives none."""

from typing import Any

from django.contrib.sessions.backends import cached_db, db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError
from redis import RedisError


class SessionStore(cached_db.SessionStore):
    _cache: Any  # Django sets it, unannotated

    def load(self) -> dict[str, Any]:
        """Without the cache the row itself is read. Django's own store fails the page, trying to copy it there."""
        try:
            return super().load()
        except RedisError:
            return db.SessionStore.load(self)

    def save(self, must_create: bool = False) -> None:
        """A database that went away deleted nobody's session: Django tells both as the same error, a 400."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def delete(self, session_key: str | None = None) -> None:
        """The copy first: with the row gone and the copy left, who logged out would be in again once Valkey is back."""
        if key := session_key or self.session_key:
            self._cache.delete(self.cache_key_prefix + key)
        super().delete(session_key)
