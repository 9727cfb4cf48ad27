from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self) -> None:
        from needs import insiders, joint  # models are there only now
        from partners import queries, rules

        insiders.ask(queries.let_in)
        joint.ask(joint.Company(names=queries.names, people=queries.people, why_not=rules.why_not_agreed))
