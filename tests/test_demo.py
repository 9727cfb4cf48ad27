"""What `make run` shows is told through the real lifecycles, to the end, and nothing about it is out of order."""

from io import StringIO
from itertools import islice

import pytest
from django.core.management import call_command

from accounts.models import User
from audit.models import Event
from clarifications.models import Clarification
from contracts.models import Contract, Payment
from core import clock
from core.clock import BEIJING
from core.workdays import CLOSING
from custody.models import Custodian
from decisions.models import Decision
from meetings.models import AHEAD, Meeting
from needs.models import Need
from needs.states import NeedStatus
from proposals.models import Proposal
from reports.fsck import findings
from suggestions import following
from suggestions.models import Suggestion
from suggestions.queries import unmatched

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_demo_loads_once_shows_every_stage_and_holds_every_invariant(settings, tmp_path):
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    settings.MATCHING_DIR, settings.MATCHING_ENCODER = tmp_path / "matching", "none"
    said, today = StringIO(), clock.today()  # before it is loaded: what is done just then may end after midnight
    call_command("load_demo", stdout=said)
    assert Need.objects.count() >= 40
    shown = set(Need.objects.values_list("status", flat=True))
    assert set(NeedStatus.values) - shown <= {"withdrawn", "returned", "scheduled", "rejected", "terminated", "no_bid"}
    for model in (Contract, Custodian, Decision, Clarification):
        assert model.objects.exists(), model
    assert {met.starts_at.astimezone(BEIJING).hour for met in Meeting.objects.all()} <= set(range(9, 17))
    closings = {need.bid_deadline.astimezone(BEIJING).time() for need in Need.objects.exclude(bid_deadline=None)}
    assert closings == {CLOSING}
    early = Event.objects.filter(at__date__lt=today).exclude(at__time__range=("08:30", "18:00"))
    assert not early.exists()  # whenever the demo is installed, its people keep the hours of work
    compared = Need.objects.filter(status=NeedStatus.OPENED, created_by__email="enterprise@demo.example").get()
    admitted = compared.proposals.filter(status="opened", vetting__status="passed")
    assert admitted.count() == compared.proposals.count() >= 3
    assert not Decision.objects.filter(need=compared).exists()  # ready to be compared and answered
    finest = [row.pk for row in Proposal.objects.exclude(price=None) if row.price % 100]
    finest += [row.pk for row in Payment.objects.all() if row.amount % 100]
    assert finest == []  # two decimals of 万元 are enough for what the demo shows
    booked = list(Meeting.objects.filter(status__in=AHEAD).values_list("proposal__team", "starts_at"))
    assert len(booked) == len(set(booked))  # nobody sits in two of them at once
    assert not Meeting.objects.exclude(status__in=AHEAD).filter(starts_at__gt=clock.now()).exists()
    turns = list(
        islice(iter(following.carry_on, 0), 50)
    )  # what the worker does within seconds; a slow one needs several
    assert sum(turns) > 50
    assert len(turns) < 50, "it comes to an end"
    assert Suggestion.objects.showable().filter(need__in=Need.objects.taking_bids(), strength="strong").count() > 10
    assert len(unmatched(User.objects.get(email="officer@demo.example"))) < 10
    assert list(findings(bytes_too=True)) == []
    before = Need.objects.count()
    call_command("load_demo", stdout=said)
    assert Need.objects.count() == before
    assert "nothing loaded" in said.getvalue()
