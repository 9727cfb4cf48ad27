from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        import accounts.actions  # declares its kinds of notice
        import accounts.appointments
        import accounts.invitations
        import accounts.lifecycle  # noqa: F401 - declares the machine once the models are loaded
