"""Load the demo into an empty platform: invented organisations, needs from published facts, every state."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models.functions import Now

from demo.alike import write_alike, write_joint
from demo.annexes import offer_annexes
from demo.choosing import choose
from demo.clockwork import demo_clock
from demo.diagnoses import give_out
from demo.interest import show_interest
from demo.keeping import keep_in_three
from demo.life import amend_together, ask_about_listings, change_listings, leave_some_cold
from demo.solvers import add_solvers
from demo.story import Teller
from demo.works import enter_works
from needs.models import Need
from notifications.models import Delivery


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("the demo is loaded only where DEMO=1; a real zone starts empty")
        if Need.objects.exists():
            self.stdout.write("there are needs already: nothing loaded")
            return
        with transaction.atomic(), demo_clock():
            teller = Teller()
            told = teller.tell()
            enter_works(teller.cast)
            add_solvers()
            choose(teller.cast)
            change_listings(teller.cast)
            amend_together(teller.cast)
            ask_about_listings(teller.cast)
            leave_some_cold(teller.cast)
            teller.consortia()
            show_interest(teller.cast)
            write_alike(teller.cast, teller.batches["sealed"])
            give_out(teller.cast)
            offer_annexes(teller.cast, teller.needs)
            write_joint(teller.cast, teller.batches["sealed"])
            keys = keep_in_three(teller.cast)
            # The inboxes are full, as they should be; but nobody wants five hundred mails about the past.
            Delivery.objects.filter(done_at=None).update(done_at=Now())
        self.stdout.write(f"{told} needs loaded")
        for login, key in keys.items():
            self.stdout.write(f"share of {login}@demo.example, as it would stand on paper: {key}")
