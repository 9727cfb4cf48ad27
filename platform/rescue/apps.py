from django.apps import AppConfig


class RescueConfig(AppConfig):
    name = "rescue"

    def ready(self) -> None:
        from rescue.cold import register_signals  # models are there only now

        register_signals()
