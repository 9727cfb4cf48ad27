from django.apps import AppConfig


class AnnexesConfig(AppConfig):
    name = "annexes"

    def ready(self) -> None:
        from annexes.queries import asked_for  # models are there only now
        from annexes.states import INTEREST
        from needs import interest

        interest.ask(interest.Signal("annex", INTEREST, 1, asked_for))
