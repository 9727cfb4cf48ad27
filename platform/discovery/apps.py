from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    name = "discovery"

    def ready(self) -> None:
        from discovery import digest, stopping  # models are there only now
        from needs import following
        from notifications.kinds import register_stop

        following.ask(digest.followers_of)
        register_stop(digest.DIGEST, stopping.stop_of_alerts)
        register_stop(digest.DEADLINE, stopping.stop_of_follow)
        register_stop(".followed", stopping.stop_of_follow)
