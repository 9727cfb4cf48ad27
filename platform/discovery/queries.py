"""Reads about what people watch."""

from typing import Any

from discovery.models import Follow, SavedSearch


def everything_watched(user: Any) -> dict[str, Any]:
    """Beside `accounts.queries.everything_about`: what the platform keeps about this person's searches and follows."""
    searches = SavedSearch.objects.visible_to(user).values("name", "kept", "alerts", "created_at")
    follows = Follow.objects.visible_to(user).values("need__number", "created_at")
    return {"saved_searches": list(searches), "follows": list(follows)}
