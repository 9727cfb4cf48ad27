from django.apps import AppConfig


class CustodyConfig(AppConfig):
    name = "custody"

    def ready(self) -> None:
        from custody import dealing, rules  # models are there only now
        from needs import keeping
        from rescue import parties

        parties.ask(rules.keepers)
        keeping.ask(keeping.Keeper(why_not=rules.why_not_dealt, deal=dealing.deal))
