"""Every address of the platform: for whom it opens, by hand. One that is not here fails tests/test_permissions.py.

`get` and `post` say who is let in: a set of people where the address names no object, else the group of the object
(canaries.py) that is. None: this method is not spoken here. `writes`: the tables a POST may write to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bodies import (
    answered,
    asking,
    clarifying,
    credited,
    imported,
    intended,
    invited,
    logged,
    looked_at,
    meeting,
    of_batch,
    of_bid,
    of_change,
    of_contract,
    of_move,
    of_need,
    of_organisation,
    of_section,
    of_work,
    pdf,
    reworded,
    terms,
    to_an_agency,
    uploaded,
    works_file,
)  # fmt: skip
from canaries import ALICES, EVERYBODY, OFFICERS, OPERATING, PEOPLE, STAFF, WRITERS, Thing
from little_zone import Zone

Who = set[str] | str | None
Body = Callable[[Zone, Thing], dict[str, Any]]
CHAIN = {"audit_event", "audit_note", "audit_head"}
TOLD = {"notifications_notice", "notifications_delivery"}
WORKED = CHAIN | TOLD
CASE = WORKED | {
    "needs_need",
    "proposals_proposal",
    "proposals_submission",
    "proposals_opening",
    "proposals_answer",
    "decisions_decision",
    "decisions_inquiry",
    "proposals_confirmation",
    "questions_question",
    "rescue_invite",
    "changes_change",
    "changes_consultation",
    "needs_version",
    "annexes_annexrequest",
    "meetings_intent",
    "meetings_meeting",
    "contracts_contract",
    "contracts_milestone",
    "contracts_payment",
    "needs_batch",
    "core_counter",
    "audit_checkpoint",
    "audit_entry",
    "core_storedfile",
    "diagnoses_assignment",
    "diagnoses_rewrite",
    "partners_partnership",
    "proposals_participant",
    "clarifications_clarification",
    "custody_custodian",
    "proposals_vetting",
    "proposals_announcement",
}


@dataclass(frozen=True)
class Door:
    of: str = ""  # the kind of object the address names
    only: set[str] | frozenset[str] = frozenset()  # the objects of that kind that make a difference here; none: all
    get: Who = None
    post: Who = None
    body: Body = lambda zone, thing: {}
    searches: tuple[str, ...] = ()  # other ways to ask the same page
    writes: frozenset[str] | set[str] = frozenset()
    logs: frozenset[str] | set[str] = frozenset()  # what a look writes, where reading itself is written down
    doers: set[str] | frozenset[str] = frozenset()  # of those let in, who may write at all, where it is not everybody
    library: bool = False  # a page of django-allauth: it decides by itself where to send whom

    def let_in(self, who: Who, thing: Thing) -> set[str]:
        return thing.groups[who] if isinstance(who, str) else who or set()


READS = {"annexes_read", "core_counter"}
ASKING = WORKED | {"annexes_annexrequest", "annexes_acceptance", "annexes_agreement"}
NEED: dict[str, Any] = {"of": "need"}
WRITING = {**NEED, "only": {"draft", "submitted", "published", "opened", "Charlie's"}}
CHOOSING = {**NEED, "only": {"published", "rolling", "opened", "joint opened", "selected", "Charlie's"}}
BID: dict[str, Any] = {"of": "proposal"}
HOMES: dict[str, Any] = {"of": "organisation", "only": {"Alice's", "Charlie's", "Tao's", "the zone"}}
OPENING: dict[str, Any] = {"of": "opened-need", "only": {"draft", "published", "closed", "opened", "Charlie's"}}
LOOKING: dict[str, Any] = {**NEED, "only": {"draft", "diagnosed", "published", "Charlie's"}}
SEEN = {"suggestions_suggestion"}  # a look is the first step of the funnel
BIDDING = {**BID, "only": {"sealed", "draft", "closed", "opened"}}
DESK: dict[str, Any] = {**NEED, "only": {"draft", "submitted", "diagnosed", "published", "Charlie's"}}
DOORS: dict[str, Door] = {
    # ── public ──
    **{
        name: Door(get=EVERYBODY)
        for name in (
            "home", "listing_list", "result_list", "notice_list", "funnel", "how_to", "checkpoints", "checkpoint_file",
            "verifier", "privacy", "accessibility", "robots", "healthz", "security", "roles", "feeds", "listing_feed",
            "listing_deadlines", "listing_json", "sitemap", "batch_list", "custodian_tool",
        )
    },
    "listing": Door("listing", get="reader"),
    "listing_changes": Door("listing", get="reader"),
    "enterprise": Door("answering", get="reader"),
    "listing_questions": Door("listing", get="reader"),
    "listing_ask": Door(
        "asked", get="asker", post="asker", body=lambda zone, thing: {"text": "样片的基材由谁提供，尺寸有要求吗？"},
        writes=WORKED | {"questions_question"},
    ),
    # ── what one follows ──
    "watching": Door(get=PEOPLE),
    "search_new": Door(
        get=PEOPLE, post=PEOPLE, body=lambda zone, thing: {"name": "新材料", "alerts": "on"},
        writes=CHAIN | {"discovery_savedsearch"},
    ),
    "search_edit": Door(
        "search", get="reader", post="reader", body=lambda zone, thing: {"name": "改名"},
        writes=CHAIN | {"discovery_savedsearch"},
    ),
    "search_delete": Door("search", post="reader", writes=CHAIN | {"discovery_savedsearch"}),
    "listing_follow": Door(
        "followed", get="reader", post="reader", body=lambda zone, thing: {"follow": "1"},
        writes=CHAIN | {"discovery_follow"},
    ),
    "stop": Door("stop", get="reader", post="reader", writes={"discovery_follow"}),
    "receipt_verify": Door(get=EVERYBODY, post=EVERYBODY, body=lambda zone, thing: {"text": "{}"}),
    "preferences": Door(post=EVERYBODY, body=lambda zone, thing: {"theme": "dark", "next": "/office/"}),
    "set_language": Door(post=EVERYBODY, body=lambda zone, thing: {"language": "en"}, writes={"accounts_user"}),
    "gallery": Door(),  # neither in production nor in tests: 404 for everybody
    "gallery_draft": Door(),
    # ── lifecycles, files, the inbox ──
    "move": Door("move", get="actor", post="actor", body=of_move, writes=CASE),
    "go": Door("go", get="reader"),
    "file": Door("file", get="reader", logs=READS),
    "inbox": Door(get=PEOPLE),
    "inbox_read_all": Door(post=PEOPLE, writes={"notifications_notice"}),
    "notice_open": Door("notice", post="actor", writes={"notifications_notice"}),
    # ── the account ──
    **{name: Door(get=PEOPLE) for name in ("account", "start")},
    "profile": Door(
        get=PEOPLE, post=PEOPLE, body=lambda zone, thing: {"name": "改名"}, writes=CHAIN | {"accounts_user"}
    ),
    "join": Door(
        get=PEOPLE, post=PEOPLE, body=lambda zone, thing: {"uscc": zone.cast.university.uscc},
        writes=WORKED | {"accounts_joinrequest"},
    ),
    "organisation_new": Door(
        get=PEOPLE, post=PEOPLE, body=of_organisation,
        writes=WORKED | {"accounts_organisation", "accounts_membership"},
    ),
    "act_for": Door(post=ALICES, body=lambda zone, thing: {"organisation": zone.cast.enterprise.pk}),
    "personal_data": Door(post=PEOPLE),
    "resume": Door(get=PEOPLE, post=PEOPLE),
    # ── organisations ──
    "invitation": Door("token", get="reader", post="addressee"),
    "invitation_revoke": Door("invitation", post="actor", writes=CHAIN | {"accounts_invitation"}),
    "membership": Door(
        "membership", post="actor", body=lambda zone, thing: {"do": thing.do}, writes=WORKED | {"accounts_membership"}
    ),
    "join_decide": Door(
        "join", post="actor", body=lambda zone, thing: {"do": "approve"},
        writes=WORKED | {"accounts_joinrequest", "accounts_membership"},
    ),
    "organisation": Door("organisation", get="reader"),
    "organisation_edit": Door(
        **HOMES, get="manager", post="manager", body=of_organisation, writes=CHAIN | {"accounts_organisation"}
    ),
    "organisation_members": Door(
        **HOMES, get="manager", post="manager",
        body=lambda zone, thing: {"address": "new@example.com", "role": "member"},
        writes=WORKED | {"accounts_invitation"},
    ),
    "organisation_evidence": Door(
        **HOMES, post="manager", body=lambda zone, thing: {"file": pdf()}, writes=CHAIN | {"core_storedfile"}
    ),
    # ── the zone ──
    "office_home": Door(get=STAFF),
    "office_organisations": Door(get=STAFF),
    "office_health": Door(get=STAFF),
    "office_todo": Door(get=STAFF, searches=("?kind=need", "?late=1")),
    "office_import_template": Door(get=WRITERS),
    "wordings": Door(get={"sysadmin"}),
    "wording": Door(
        "wording", get="reader", post="reader", body=lambda zone, thing: {"text": "# 通知", "then": "save"},
        writes=CHAIN | {"documents_wording"},
    ),
    "listing_document": Door("announcement", get="reader"),
    "batch_document": Door("call", get="reader"),
    "listing_preview": Door("listing", get="reader"),
    "need_document": Door("certificate", get="reader"),
    "need_versions": Door(**NEED, get="inside"),
    **{
        f"office_{name}": Door(get=OPERATING) for name in ("needs", "cold", "contracts", "batches", "ledgers")
    },
    "office_funnel": Door(get=OPERATING, post=OPERATING, writes=CHAIN),
    "office_funnel_stage": Door("stage", get="reader", post="reader", writes=CHAIN),
    "office_ledger": Door("ledger", get="reader", post="reader", writes=CHAIN),
    "office_import_marked": Door("need", only={"draft"}, get=set()),  # only who looked at the table
    "office_import": Door(get=WRITERS, post=WRITERS, body=imported, writes=WORKED | {"needs_need", "core_counter"}),
    "office_audit": Door(get={"auditor", "ji", "ling"}, searches=("?q=bid%3A", "?q=bid%3A&page=2", "?q=bid%3A&page=3")),
    "office_letters": Door(get=OFFICERS | {"sysadmin"}),
    "letter_retry": Door("letter", post="actor", writes={"notifications_delivery"}),
    "office_staff": Door(
        get={"secadmin"}, post={"secadmin"},
        body=lambda zone, thing: {"person": zone.users["head"], "role": "finance"},
        writes=WORKED | {"accounts_appointment", "accounts_user"},
    ),
    "appointment_end": Door("appointment", post="actor", writes=WORKED | {"accounts_appointment", "accounts_user"}),
    "batch": Door("batch", get="reader"),
    "batch_rules": Door("batch", get="reader"),
    "batch_preview": Door("batch", get="writer"),
    "batch_clone": Door("batch", post="writer", writes=CHAIN | {"needs_batch"}),
    "batch_new": Door(get=WRITERS, post=WRITERS, body=of_batch, writes=WORKED | {"needs_batch"}),
    "batch_edit": Door("batch", get="writer", post="writer", body=of_batch, writes=CHAIN | {"needs_batch"}),
    "need_screening": Door(
        **DESK, get="officer", post="officer", body=lambda zone, thing: {"unit": "met"},
        writes=CASE | {"diagnoses_check"}, doers={"guan"},
    ),
    "need_assign": Door(**DESK, get="assigner", post="assigner", body=to_an_agency, writes=CASE),
    "need_credit": Door(
        **DESK, get="officer", post="officer", body=credited, writes=CHAIN | {"diagnoses_credit"},
    ),
    "need_rewrite": Door(
        **DESK, get="proposer", post="proposer", body=reworded, writes=CASE | {"diagnoses_line"},
    ),
    "rewrite": Door(
        "rewrite", get="reader", post="owner", body=lambda zone, thing: {"all": "accepted"},
        writes=CASE | {"needs_indicator", "diagnoses_line"},
    ),
    "assignment": Door("assignment", get="reader"),
    "assignment_log": Door("assignment", get="writer", post="writer", body=logged, writes=WORKED | {"diagnoses_entry"}),
    "agency_home": Door(get=PEOPLE),
    "agency_assignments": Door(get=PEOPLE),
    "agency_credits": Door(get=PEOPLE, searches=("?what=sourced&who=x",)),
    "office_credits": Door(get=OPERATING, post=OPERATING, writes=CHAIN),
    "office_credit_needs": Door(get=OPERATING, searches=("?what=sourced&who=agency-x",)),
    "need_custodians": Door(
        "custody-need", get="reader", post="namer", body=lambda zone, thing: {"leader": zone.users["ling"]},
        writes=WORKED | {"custody_custodian"},
    ),
    "custodian_list": Door(get=PEOPLE),
    "meetings": Door(get=PEOPLE),
    "meetings_calendar": Door(get=PEOPLE),
    "custodian": Door(
        "custodian", get="reader", post="holder", body=lambda zone, thing: {"do": "take"},
        writes=CHAIN | {"custody_custodian"},
    ),
    "custodian_paper": Door("custodian", get="holder"),
    "opening": Door(**OPENING, get="zone", post="opener", writes=CASE),
    # ── the enterprise ──
    **{f"enterprise_{name}": Door(get=PEOPLE) for name in ("home", "needs", "intents", "contracts")},
    "enterprise_need_new": Door(
        get=PEOPLE, post=PEOPLE, body=lambda zone, thing: {"title": "新的需求", "batch": zone.sealed.pk},
        writes=CHAIN | {"needs_need"}, doers={"alice", "bob", "charlie", "wei"},
    ),
    "enterprise_need_upload": Door(
        post=PEOPLE, body=uploaded, writes=CHAIN | {"needs_need", "needs_indicator", "core_storedfile"},
        doers={"alice", "bob", "charlie", "wei"},
    ),
    "enterprise_need_form": Door(get=PEOPLE),
    "enterprise_need_template": Door(get=PEOPLE),
    "enterprise_need_import": Door(get=PEOPLE, post=PEOPLE, body=looked_at),
    "enterprise_need_marked": Door("need", only={"draft"}, get=set()),  # only who looked at the table
    "need_read": Door(**WRITING, get="owner"),
    "need": Door(**NEED, get="signed", logs=READS),
    "need_edit": Door(**WRITING, get="owner", post="owner", body=of_need, writes={"needs_need", "needs_indicator"}),
    "need_autosave": Door(**WRITING, post="owner", body=of_need, writes={"needs_need", "needs_indicator"}),
    "need_check": Door(**WRITING, get="owner"),
    "need_similar": Door(**NEED, get="inside"),
    "need_merge": Door(
        **{**WRITING, "only": {"draft", "submitted"}}, post="owner",
        body=lambda zone, thing: {"into": zone.things["need"]["returned"].args[0]},
        writes=CASE | {"needs_indicator"},
    ),
    "need_review": Door(**WRITING, get="owner"),
    "need_partners": Door(
        **{**NEED, "only": {"draft", "submitted", "published", "joint", "Charlie's"}}, get="inside", post="owner",
        body=invited, writes=CASE | {"partners_partnership"},
    ),
    "need_suggest": Door(
        **{**NEED, "only": {"submitted", "published"}}, get="officer", post="officer",
        body=lambda zone, thing: {"enterprises": zone.cast.other_enterprise.pk, "note": "是否愿意联合？"},
        writes=CASE | {"partners_partnership"},
    ),
    "partnership": Door("partnership", get="reader"),
    "need_batch": Door(
        **WRITING, post="owner", body=lambda zone, thing: {"batch": zone.rolling.pk}, writes={"needs_need"}
    ),
    "need_files": Door(
        "need-slot", only=WRITING["only"], post="owner", body=lambda zone, thing: {"upload": pdf()},
        writes=CHAIN | {"core_storedfile"},
    ),
    "need_file_remove": Door("need-file", post="owner", writes=CHAIN | {"core_storedfile"}),
    "need_change": Door(
        "need-change", get="proposer", post="proposer", body=of_change,
        writes=WORKED | {"changes_change"},
    ),
    "change": Door("change", get="reader"),
    "consultation": Door("consultation", get="reader"),
    "question": Door("question", get="reader"),
    "invite": Door("invite", get="reader"),
    "need_rescue": Door(
        **NEED | {"only": {"draft", "published", "closed", "Charlie's"}}, get="operating", post="inviter",
        body=lambda zone, thing: {"teams": [zone.cast.team.pk], "message": "企业愿意提供中试线。"},
        writes=WORKED | SEEN | {"rescue_invite"}, logs=SEEN,
    ),
    "need_compare": Door(**CHOOSING, get="inside", post="deciding", body=answered, writes=CASE),
    "need_compare_state": Door(**CHOOSING, get="inside"),
    "need_conclude": Door(**CHOOSING, get="owner", post="owner", writes=CASE),
    "meeting": Door("meeting", get="reader"),
    "meeting_calendar": Door("meeting", get="reader"),
    "need_meet": Door(
        "weigh", only={"sealed", "closed", "rolling", "opened"}, get="inviter", post="inviter", body=meeting,
        writes=WORKED | {"meetings_meeting"},
    ),
    "inquiry": Door("inquiry", get="reader"),
    "proposal_inquire": Door(
        "asking-back", get="asker", post="asker", body=lambda zone, thing: {"text": "是以哪份检测报告为准判定的？"},
        writes=WORKED | {"decisions_inquiry"},
    ),
    "decision": Door("decision", get="reader"),
    "need_compare_table": Door(**CHOOSING, get="owner"),
    "need_weigh": Door(
        "weigh", only={"sealed", "closed", "rolling", "opened"}, get="reader", post="owner",
        body=lambda zone, thing: {"text": "电话核实过。", "shortlisted": "on"},
        writes={"decisions_note", "decisions_shortlisting", "decisions_judgement"},
    ),
    "need_reply": Door("reply", only={"sealed", "closed", "rolling", "opened"}, get="owner", post="owner", writes=CASE),
    "need_intent": Door(**CHOOSING, get="owner", post="owner", body=intended, writes=CASE),
    # ── both sides ──
    "intent": Door("intent", get="reader"),
    "intent_contract": Door("intent", post="owner", writes=CASE),
    "contract": Door("contract", get="reader"),
    "contract_edit": Door("contract", get="owner", post="owner", body=of_contract, writes=CASE),
    "contract_autosave": Door("contract", get="owner", post="owner", body=of_contract, writes=CASE),
    # ── protected annexes ──
    "need_annex": Door(
        "annex-need", get="inside", post="owner", body=terms, writes=WORKED | {"annexes_terms", "annexes_agreement"}
    ),
    "need_annex_log": Door("annex-need", get="inside", post="inside", writes=CHAIN),
    "listing_annex": Door(
        "annex-listing", get="signed", post="signed", body=asking, writes=ASKING | READS, logs=READS,
        doers={"rui", "tao", "ting"},
    ),
    "listing_annex_text": Door("annex-listing", get="reader", logs=READS),
    "listing_annex_file": Door("annex-file", get="reader", logs=READS),
    "annex_request": Door("annex", get="reader"),
    "annex_agreement": Door("annex", get="reader"),
    # ── who could solve it, and what a team could solve ──
    "need_suggestions": Door(
        **LOOKING, get="looker", post="asker", body=lambda zone, thing: {"teams": [zone.cast.team.pk]},
        writes=WORKED | SEEN | {"rescue_invite"}, logs=SEEN,
    ),
    "need_live": Door(**WRITING, get="owner"),
    "need_experts": Door(**LOOKING, get="zone"),
    "suggestion": Door("suggestion", get="reader"),
    "suggestion_judge": Door(
        "suggestion", get="judge", post="judge", body=lambda zone, thing: {"code": "field"},
        writes=CHAIN | SEEN | {"suggestions_judgement"},
    ),
    "judgement_withdraw": Door("judgement", post="actor", writes=CHAIN | {"suggestions_judgement"}),
    "team_suggestions": Door(
        get=PEOPLE, post=PEOPLE, body=lambda zone, thing: {"digest": "off"}, writes={"suggestions_digest"},
    ),
    "office_unmatched": Door(get=OPERATING),
    "office_invites": Door(
        get=OPERATING, post=OPERATING, searches=("?by=need", "?state=waiting"), writes=CHAIN,
    ),
    "office_suggestions": Door(get=OPERATING, post=OPERATING, writes=CHAIN),
    "office_suggestion_records": Door("suggestion-step", get="reader", post="reader", writes=CHAIN),
    "office_judgements": Door(
        get=OPERATING, post=OPERATING, searches=("?side=team", "?side=need&code=field"), writes=CHAIN,
    ),
    # ── the team ──
    **{f"team_{name}": Door(get=PEOPLE) for name in ("home", "proposals", "intents", "contracts", "members")},
    "team_new": Door(
        get=PEOPLE, post=PEOPLE,
        body=lambda zone, thing: {"name": "新团队", "organisation": zone.cast.university.pk},
        writes=CHAIN | {"teams_team", "teams_teammember", "core_counter"}, doers={"tao", "ting"},
    ),
    "team": Door("team", get="reader"),
    "team_edit": Door(
        "team", get="runner", post="runner", body=lambda zone, thing: {"name": "改名团队"},
        writes=CHAIN | {"teams_team", "core_counter"},
    ),
    "team_add": Door(
        "team", post="runner", body=lambda zone, thing: {"person": zone.users["bob"], "role_in_team": "试验"},
        writes=WORKED | {"teams_teammember"},
    ),
    "team_member": Door(
        "place", post="actor", body=lambda zone, thing: {"do": "remove"}, writes=WORKED | {"teams_teammember"}
    ),
    # ── a team's works ──
    "public_team": Door("public-team", get="reader"),
    "work": Door("work", get="reader"),
    "team_works": Door("team", get="reader", searches=("?q=zq", "?kind=paper", "?year=2024")),
    "works_export": Door("works-export", get="reader"),
    "work_template": Door(get=PEOPLE),
    "team_matching": Door(
        "team", get="reader", post="runner", body=lambda zone, thing: {"matching": "off"},
        writes=CHAIN | {"teams_team", "core_counter"},
    ),
    "work_new": Door(
        "team", get="keeper", post="keeper", body=of_work, writes=CHAIN | {"works_work", "teams_team", "core_counter"},
    ),
    "work_edit": Door(
        "work", get="keeper", post="keeper", body=of_work, writes=CHAIN | {"works_work", "teams_team", "core_counter"},
    ),
    "work_remove": Door("work", post="keeper", writes=CHAIN | {"works_work", "teams_team", "core_counter"}),
    "work_undo": Door("team", post="keeper"),
    "work_import_new": Door(
        "team", get="keeper", post="keeper", body=works_file,
        writes={"works_import", "core_storedfile"}, doers={"rui", "san"},
    ),
    "work_import": Door(
        "import", get="reader", post="reader", body=lambda zone, thing: {"do": "confirm", "with_near": "1"},
        searches=("?verdict=fresh",), writes={"works_import"},
    ),
    "work_import_progress": Door("import", get="reader"),
    "work_import_rows": Door("import", get="reader"),
    "proposal_start": Door(
        "listing", only={"published", "rolling", "closed"}, get="signed-in", post="signed-in",
        body=lambda zone, thing: {"team": zone.cast.rival_team.pk},
        writes=CHAIN | {"proposals_proposal"}, doers={"rui"},
    ),
    "proposal": Door(**BID, get="reader"),
    "proposal_clarify": Door(
        **{**BID, "only": {"sealed", "opened", "won selected"}}, get="clarifier", post="clarifier", body=clarifying,
        writes=WORKED | {"clarifications_clarification"},
    ),
    "clarification": Door("clarification", get="reader"),
    "vetting": Door(
        "vetting", get="reader", post="checker", body=lambda zone, thing: {"papers": "na"},
        writes=CHAIN | {"proposals_vetting"},
    ),
    "proposal_edit": Door(**BIDDING, get="team", post="team", body=of_bid, writes={"proposals_proposal"}),
    "proposal_autosave": Door(**BIDDING, post="team", body=of_bid, writes={"proposals_proposal"}),
    "proposal_check": Door(**BIDDING, post="team", body=of_bid),
    "proposal_consortium": Door(
        **BID | {"only": {"sealed"}}, get="team", post="leader",
        body=lambda zone, thing: {"partner": zone.cast.other_enterprise.uscc, "note": "请承担中试。"},
        writes=WORKED | {"proposals_participant"},
    ),
    "participant": Door("participant", get="reader"),
    "participant_edit": Door(
        "participant", only={"writing"}, get="writer", post="writer", body=of_section, writes={"proposals_participant"}
    ),
    "participant_autosave": Door(
        "participant", only={"writing"}, post="writer", body=of_section, writes={"proposals_participant"}
    ),
    "proposal_reuse": Door(
        **BIDDING, get="team", post="team", body=lambda zone, thing: {"source": "team", "parts": ["basis", "members"]},
        writes={"proposals_proposal"},
    ),
    "proposal_files": Door(
        **BIDDING, post="team", body=lambda zone, thing: {"upload": pdf()},
        writes={"proposals_proposal", "proposals_sealedfile"},
    ),
    "proposal_file_remove": Door("proposal-file", only=BIDDING["only"], post="team", writes={"proposals_proposal"}),
    "proposal_receipt": Door("receipt", only={"sealed", "draft", "opened", "void"}, get="team"),
    "proposal_confirmation": Door("confirmation", get="reader"),
    "proposal_refusal": Door("refusal", get="reader"),
    "proposal_document": Door(
        "bid-document", only={"sealed docx", "draft docx", "void docx", "rolling docx", "opened docx", "opened pdf"},
        get="reader",
    ),
    "proposal_copy": Door(**BIDDING, get="team"),
    # ── django-allauth ──
    **{
        name: Door(library=True)
        for name in (
            "account_login", "account_logout", "account_inactive", "account_signup", "account_reauthenticate",
            "account_email", "account_email_verification_sent", "account_change_password", "account_set_password",
            "account_reset_password", "account_confirm_login_code", "account_verify_phone", "account_change_phone",
            "account_confirm_password_reset_code", "account_complete_password_reset",
            "account_password_reset_completed", "mfa_index", "mfa_authenticate", "mfa_reauthenticate",
            "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn",
            "usersessions_list",
        )
    },
    "mfa_remove_webauthn": Door("passkey", library=True),
    "mfa_edit_webauthn": Door("passkey", library=True),
}  # fmt: skip
