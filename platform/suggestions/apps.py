from django.apps import AppConfig


class SuggestionsConfig(AppConfig):
    name = "suggestions"

    def ready(self) -> None:
        import suggestions.actions  # names its actions
        import suggestions.checks  # noqa: F401
        from discovery import stopping  # models are there only now
        from notifications.kinds import register_stop
        from suggestions import digest

        register_stop(digest.DIGEST, stopping.register("matches", stopping.Way(digest.is_told, digest.stop)))
