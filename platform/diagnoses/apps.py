from django.apps import AppConfig


class DiagnosesConfig(AppConfig):
    name = "diagnoses"

    def ready(self) -> None:
        from diagnoses import checklist, queries  # models are there only now
        from needs import insiders, screening

        insiders.ask(queries.diagnosed_by)
        screening.ask(checklist.finding_of)
