from django.apps import AppConfig


class WorksConfig(AppConfig):
    name = "works"

    def ready(self) -> None:
        import works.actions
        import works.importing  # noqa: F401 - declares its kinds of notice
