"""Who may make which move from which state, typed by hand: noun → move → (from, who)."""

OWNER = {"alice", "bob"}
COLLEAGUE = {"bob"}
PARTNER = {"charlie"}
OFFICER = {"guan", "gao"}
HANDLER = {"guan"}  # 首问负责: he ticked the checklist first
APPROVER = {"shen", "ling"}
LEADER = {"ling"}
AGENCY = {"yun"}
TEAM_LEADER = {"tao"}
TEAM = {"tao", "ting"}
OPENERS = {"gao", "shen", "ling"}  # Guan began it

# noun → move → (from, who). A move that is not here is the platform's own and refused to everybody.
TABLE: dict[str, dict[str, tuple[set[str], set[str]]]] = {
    "batch": {
        "open": ({"draft"}, APPROVER),
        "close": ({"open", "collected"}, APPROVER),
        "archive": ({"closed"}, APPROVER),
    },
    "need": {
        "submit": ({"draft", "returned"}, OWNER),
        "recall": ({"submitted"}, OWNER),
        "screen": ({"submitted"}, HANDLER),
        "return": ({"submitted"}, HANDLER),
        "take": ({"submitted"}, set()),  # he has it already
        "reject": ({"submitted"}, HANDLER),
        "approve": ({"screened"}, APPROVER),
        "send_back": ({"screened"}, APPROVER),
        "publish": ({"approved"}, APPROVER),
        "unschedule": ({"scheduled"}, APPROVER),
        "withdraw": ({"draft", "returned", "submitted", "screened", "approved", "scheduled"}, OWNER),
        "take_down": ({"published", "closed", "no_bid"}, LEADER),
        "relist": ({"no_bid"}, APPROVER),
        "end_no_bid": ({"no_bid"}, APPROVER),
    },
    "assignment": {  # a diagnosis, put to Yun's agency by Guan
        "accept": ({"offered"}, AGENCY),
        "take_over": ({"offered"}, set()),  # of a handover alone
        "decline": ({"offered"}, AGENCY),
        "finish": ({"accepted"}, AGENCY),
        "give_back": ({"accepted"}, AGENCY),
        "withdraw": ({"offered", "accepted"}, HANDLER | APPROVER),
    },
    "rewrite": {
        "withdraw": ({"offered"}, AGENCY),
    },
    "partnership": {
        "welcome": ({"suggested"}, PARTNER),
        "invite": ({"willing"}, OWNER),
        "consent": ({"invited"}, PARTNER),
        "ask_again": ({"invited", "consented"}, OWNER),
        "decline": ({"suggested", "invited"}, PARTNER),
        "leave": ({"willing", "consented"}, PARTNER),
        "remove": ({"willing", "invited", "consented"}, OWNER),
        "take_back": ({"suggested"}, OFFICER),
    },
    "proposal": {
        "submit": ({"draft"}, TEAM_LEADER),
        "replace": ({"submitted"}, TEAM_LEADER),
        "confirm": ({"submitted"}, TEAM_LEADER),
        "confirm_opened": ({"opened"}, set()),  # of a rolling batch; a sealed one is opened when it is too late
        "withdraw": ({"draft", "submitted"}, TEAM_LEADER),
    },
    "decision": {  # proposed by Alice where her batch asks for two people
        "approve": ({"proposed"}, COLLEAGUE),
        "send_back": ({"proposed"}, COLLEAGUE),
        "publish": ({"decided"}, OWNER),
        "take_back": ({"proposed", "decided"}, OWNER),
    },
    "meeting": {
        "agree": ({"invited"}, TEAM),
        "decline": ({"invited", "agreed"}, TEAM),
        "cancel": ({"invited", "agreed"}, OWNER),
        "postpone": ({"invited", "agreed"}, OWNER),
        "write": ({"held", "objected"}, OWNER),
        "confirm": ({"minuted"}, TEAM),
        "object": ({"minuted"}, TEAM),
    },
    "inquiry": {
        "reply": ({"asked"}, OWNER),
    },
    "participant": {  # Charlie's organisation in a bid of Tao's team
        "take_part": ({"invited"}, PARTNER),
        "decline": ({"invited"}, PARTNER),
        "confirm": ({"writing"}, PARTNER),
        "reopen": ({"confirmed"}, PARTNER),
        "leave": ({"writing", "confirmed"}, PARTNER),
        "remove": ({"invited", "writing", "confirmed"}, TEAM_LEADER),
    },
    "change": {
        "approve": ({"proposed"}, APPROVER),
        "refuse": ({"proposed"}, APPROVER),
        "withdraw": ({"consulting", "proposed"}, OWNER),
    },
    "consultation": {
        "agree": ({"asked"}, PARTNER),
        "object": ({"asked"}, PARTNER),
    },
    "question": {
        "answer": ({"asked"}, OWNER),
        "decline": ({"asked"}, OWNER),
        "hide": ({"asked", "answered", "declined", "unanswered"}, OFFICER),
    },
    "clarification": {
        "answer": ({"asked"}, TEAM_LEADER),
        "withdraw": ({"asked"}, OWNER),
    },
    "invite": {
        "accept": ({"sent"}, TEAM_LEADER),
        "decline": ({"sent"}, TEAM_LEADER),
    },
    "annex": {
        "grant": ({"requested"}, OWNER),
        "refuse": ({"requested"}, OWNER),
        "revoke": ({"granted"}, OWNER),
    },
    "vetting": {  # of Tao's bid, refused by Guan where it was
        "pass": ({"checking"}, OFFICER),
        "correct": ({"checking"}, set()),  # nothing is missing
        "refuse": ({"checking"}, set()),  # nor wrong
        "supplement": ({"correcting"}, TEAM_LEADER),
        "object": ({"refused"}, TEAM_LEADER),
        "overturn": ({"objected"}, APPROVER),
        "uphold": ({"objected"}, APPROVER),
    },
    "custodian": {  # Yun's agency holds the outside seat
        "lose": ({"keyed", "proved", "called", "reported", "absent"}, AGENCY),
        "report": ({"called"}, OPENERS | {"guan", "ji"}),
        "attest": ({"reported"}, {"ji"}),  # reported by Guan: the second has to be of 纪检
        "retract": ({"reported"}, OPENERS | {"guan", "ji"}),
        "replace": ({"named", "keyed", "proved", "lost"}, APPROVER),
    },
    "opening": {
        "confirm": ({"awaiting"}, OPENERS),
        "cancel": ({"awaiting"}, {"guan"}),
        "witness": ({"awaiting"}, {"ji"}),
    },
    "intent": {
        "agree": ({"proposed"}, TEAM_LEADER),
        "abandon": ({"proposed", "agreed"}, OWNER | TEAM_LEADER),
    },
    "contract": {
        "offer": ({"drafting"}, OWNER),
        "sign": ({"offered"}, TEAM_LEADER),
        "ask_changes": ({"offered"}, TEAM_LEADER),
        "refuse": ({"drafting", "offered"}, OWNER | TEAM_LEADER),
        "complete": ({"performing"}, OWNER),
        "terminate": ({"performing"}, LEADER),
    },
    "milestone": {
        "report": ({"planned", "rectify"}, TEAM),
        "verify": ({"reported"}, OWNER),
        "rectify": ({"reported"}, OWNER),
    },
    "payment": {
        "pay": ({"planned"}, OWNER),
        "receive": ({"paid"}, TEAM),
        "deny": ({"paid"}, TEAM),
    },
}
EXCEPT: dict[tuple[str, str, str], set[str]] = {
    ("custodian", "report", "proved"): set(),  # nothing has been dealt yet
    ("need", "reject", "screened"): APPROVER,  # whoever has it on the desk
    ("partnership", "consent", "consented"): set(),  # nothing has changed since
    ("partnership", "invite", "suggested"): set(),  # the zone's suggestion is not yet known to the lead
}
