from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        import accounts.lifecycle  # noqa: F401 - declares the machine once the models are loaded
