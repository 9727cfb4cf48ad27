from django.apps import AppConfig


class TeamsConfig(AppConfig):
    name = "teams"

    def ready(self) -> None:
        import teams.actions  # noqa: F401 - declares its kinds of notice
