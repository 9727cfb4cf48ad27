"""Sessions in PostgreSQL, with a copy in Valkey that saves a query. Losing Valkey fails no page and revives none."""

from typing import Any

from django.contrib.sessions.backends import cached_db, db
from redis import RedisError


class SessionStore(cached_db.SessionStore):
    _cache: Any  # Django sets it, unannotated

    def load(self) -> dict[str, Any]:
        """Without the cache the row itself is read. Django's own store fails the page, trying to copy it there."""
        try:
            return super().load()
        except RedisError:
            return db.SessionStore.load(self)

    def delete(self, session_key: str | None = None) -> None:
        """The copy first: with the row gone and the copy left, who logged out would be in again once Valkey is back."""
        if key := session_key or self.session_key:
            self._cache.delete(self.cache_key_prefix + key)
        super().delete(session_key)
