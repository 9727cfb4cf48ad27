"""Mistakes that somebody could make in the code, each planted for one test: the walk must see every one of them."""

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import get_resolver, path

from accounts.models import User
from annexes.models import AnnexRequestQuerySet
from needs.models import BatchQuerySet, Need, NeedQuerySet
from notifications.models import Delivery, Notice
from proposals.consortium import ParticipantQuerySet
from proposals.models import ProposalQuerySet
from proposals.vetting import VettingQuerySet
from web.account.gates import Idle
from web.owners.sheet import Sheet
from workflow.registry import get_machine
from works.models import ImportQuerySet, WorkQuerySet

Plant = Callable[[pytest.MonkeyPatch], None]


def everything(rows: Any, user: Any) -> Any:
    return rows


def needs_of_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(NeedQuerySet, "visible_to", everything)


def drafts_of_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(NeedQuerySet, "owned_by", everything)


def batches_before_they_open(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(BatchQuerySet, "visible_to", everything)


def the_owner_reads_before_the_opening(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ProposalQuerySet, "visible_to", lambda rows, user: rows.filter(need__organisation__in=user.positions))


def one_team_reads_anothers_bid(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ProposalQuerySet, "of_team", everything)


def formal_checks_of_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(VettingQuerySet, "visible_to", everything)


def participants_of_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ParticipantQuerySet, "visible_to", everything)


def files_for_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Need, "may_read_file", lambda need, user, file: True)


def a_tuple_for_a_bool(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Need, "may_read_file", lambda need, user, file: (False, "not yours"))


def files_are_shown_by_the_browser(patch: pytest.MonkeyPatch) -> None:
    from web import files

    whole = files.FileResponse
    patch.setattr(files, "FileResponse", lambda *args, as_attachment, **kwargs: whole(*args, **kwargs))


def requests_of_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AnnexRequestQuerySet, "visible_to", everything)


def who_only_asked_reads(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("annexes.rules.may_read", lambda user, request: True)


def every_role_is_every_other(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(User, "has_role", lambda user, *roles: bool(user.roles))


def everybody_is_staff(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(User, "has_role", lambda user, *roles: True)
    patch.setattr(User, "is_zone_staff", True)


def who_left_is_still_there(patch: pytest.MonkeyPatch) -> None:
    held = cached_property(lambda user: dict(user.memberships.values_list("organisation_id", "role")))
    held.__set_name__(User, "positions")
    patch.setattr(User, "positions", held)


def a_move_for_everybody(patch: pytest.MonkeyPatch) -> None:
    moves = get_machine("need").by_name
    patch.setitem(moves, "screen", replace(moves["screen"], allow=lambda user, need: True))


def any_member_commits_the_team(patch: pytest.MonkeyPatch) -> None:
    from proposals import rules

    patch.setattr(rules, "leads", rules.in_team)


def the_inbox_of_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("web.inbox.views.notices_of", lambda user: Notice.objects.filter(kind="need.return"))


def reading_marks_as_read(patch: pytest.MonkeyPatch) -> None:
    from web.inbox import views

    plain = views.notices_of

    def and_writes(user: Any) -> Any:
        plain(user).update(read_at=None)
        return plain(user)

    patch.setattr(views, "notices_of", and_writes)


def a_phone_on_the_listing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("web.public.listings.public_state", lambda need: need.contact_phone)


def sealed_bids_in_the_audit(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("web.office.oversight.sealed_stream_names", list)


def letters_about_sealed_bids(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("web.office.oversight.letters_about_sealed_bids", Delivery.objects.none)


def forbidden_instead_of_unknown(patch: pytest.MonkeyPatch) -> None:
    from web.cases import intents

    plain = intents.load

    def told(request: Any, pk: Any) -> Any:
        if intents.Intent.objects.filter(pk=pk).exists() and not intents.Intent.objects.visible_to(request.user).filter(
            pk=pk
        ):
            raise PermissionDenied
        return plain(request, pk)

    patch.setattr(intents, "load", told)


def a_form_that_takes_what_it_is_sent(patch: pytest.MonkeyPatch) -> None:
    plain = Sheet.apply

    def apply(sheet: Sheet) -> Any:
        sheet.need.organisation_id = sheet.form.data.get("organisation") or sheet.need.organisation_id
        return plain(sheet)

    patch.setattr(Sheet, "apply", apply)


def works_of_everybody(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(WorkQuerySet, "public", lambda rows: rows)


def a_file_of_works_for_the_zone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(ImportQuerySet, "visible_to", everything)


def pages_in_the_cache(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Idle, "__call__", lambda gate, request: gate.get_response(request))


def a_script_in_the_page(patch: pytest.MonkeyPatch) -> None:
    from django.conf import settings

    loose = {"DIRECTIVES": {**settings.CONTENT_SECURITY_POLICY["DIRECTIVES"], "script-src": ["'unsafe-inline'"]}}
    patch.setattr(settings, "CONTENT_SECURITY_POLICY", loose)


def a_view_that_breaks(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("web.teams.home._bids", lambda user: 1 // 0)


def an_address_nobody_declared(patch: pytest.MonkeyPatch) -> None:
    known = get_resolver().url_patterns
    patch.setattr(
        get_resolver(), "url_patterns", [*known, path("everything/", lambda request: None, name="everything")]
    )


# Whose walk sees it, through which doors, and in what words.
MUTANTS: dict[Plant, tuple[str, tuple[str, ...], str]] = {
    needs_of_everybody: ("charlie", ("need",), "is told that it exists"),
    drafts_of_everybody: ("charlie", ("need_edit",), "shows “Alice's draft”"),
    batches_before_they_open: ("stranger", ("batch",), "shows “batch in preparation”"),
    the_owner_reads_before_the_opening: ("alice", ("proposal",), "GET proposal [sealed]: is let in"),
    one_team_reads_anothers_bid: ("rui", ("proposal_edit",), "shows “Tao's sealed bid”"),
    formal_checks_of_everybody: ("alice", ("vetting",), "GET vetting [checking]: is let in"),
    participants_of_everybody: ("rui", ("participant",), "shows “a consortium's bid”"),
    files_for_everybody: ("stranger", ("file",), "shows “what Alice's need keeps to the parties”"),
    a_tuple_for_a_bool: ("stranger", ("file",), "shows “what Alice's need keeps to the parties”"),
    files_are_shown_by_the_browser: ("alice", ("file",), "to be shown, not saved"),
    requests_of_everybody: ("charlie", ("annex_request",), "shows “why Tao asks for the annex”"),
    who_only_asked_reads: ("san", ("listing_annex",), "answered 500"),  # the database takes no such row
    every_role_is_every_other: ("cai", ("office_audit",), "is let in"),
    everybody_is_staff: ("charlie", ("office_ledger",), "shows “between the parties”"),
    who_left_is_still_there: ("xu", ("need",), "shows “Alice's draft”"),
    a_move_for_everybody: ("cai", ("move",), "is let in"),
    any_member_commits_the_team: ("ting", ("move",), "writes"),
    the_inbox_of_everybody: ("rui", ("inbox",), "shows “need under review”"),
    reading_marks_as_read: ("alice", ("inbox",), "writes"),
    a_phone_on_the_listing: ("stranger", ("listing",), "shows “what Alice's need keeps to the parties”"),
    sealed_bids_in_the_audit: ("ling", ("office_audit",), "shows “Tao's sealed bid”"),
    letters_about_sealed_bids: ("guan", ("office_letters",), "shows “Tao's sealed bid”"),
    forbidden_instead_of_unknown: ("rui", ("intent",), "is told that it exists"),
    a_form_that_takes_what_it_is_sent: ("alice", ("need_edit",), "takes what no form of ours asks for"),
    works_of_everybody: ("stranger", ("public_team", "work"), "shows “Tao's own work”"),
    a_file_of_works_for_the_zone: ("guan", ("work_import",), "shows “Tao's file of works”"),
    pages_in_the_cache: ("alice", ("account",), "may be stored by a cache"),
    a_script_in_the_page: ("stranger", ("home",), "has a loose policy"),
    a_view_that_breaks: ("tao", ("team_proposals",), "answered 500"),
}
