"""What must be true of the rows at every moment, whoever wrote them: one SQL query each, read-only.

The database refuses most of this as it is written. `manage.py fsck` asks again afterwards: after a crash, after a
restore, every night, because triggers can be switched off and files can be copied. A query returns the rows that are
wrong, as (what, why); none is the good answer. Names in brackets are those of the threat model.
"""

from dataclasses import dataclass

from needs.states import EDITABLE, FINAL, LISTED
from proposals.states import REVEALED, SEALED
from workflow.machine import Machine
from workflow.registry import machines


@dataclass(frozen=True)
class Invariant:
    name: str
    sentence: str
    sql: str


def _words(statuses: tuple[str, ...]) -> str:
    return ", ".join(f"'{status}'" for status in statuses)


SEALS = (
    Invariant(
        "sealed-content",
        "Nothing of a bid is readable while it is sealed. [I1]",
        f"""
        SELECT 'proposals.proposal:' || p.id, 'content or price before the opening'
        FROM proposals_proposal p WHERE p.status IN ({_words(SEALED)})
          AND (p.content IS NOT NULL OR p.price IS NOT NULL OR p.opened_at IS NOT NULL)
        UNION ALL
        SELECT 'core.storedfile:' || f.id, 'an attachment in the clear before the opening'
        FROM core_storedfile f JOIN proposals_proposal p ON p.id = f.subject_id
        WHERE f.subject_type = 'proposals.proposal' AND p.status IN ({_words(SEALED)})
        UNION ALL
        SELECT 'proposals.proposal:' || p.id, 'read although its need was not opened by two people'
        FROM proposals_proposal p JOIN needs_need n ON n.id = p.need_id JOIN needs_batch b ON b.id = n.batch_id
        WHERE b.sealing = 'sealed' AND p.status IN ({_words(REVEALED)})
          AND NOT EXISTS (SELECT FROM proposals_opening o WHERE o.need_id = n.id AND o.status = 'opened')
        """,
    ),
    Invariant(
        "opening-record",
        "The bids of an opened need are those of its opening record, no more, no fewer. [I2]",
        f"""
        SELECT 'proposals.opening:' || o.id,
               o.count || ' recorded, ' || count(last.commitment) || ' bids there, '
               || count(*) FILTER (WHERE o.commitments ? last.commitment) || ' of them recorded'
        FROM proposals_opening o
        LEFT JOIN LATERAL (
          SELECT DISTINCT ON (s.proposal_id) s.commitment
          FROM proposals_submission s JOIN proposals_proposal p ON p.id = s.proposal_id
          WHERE p.need_id = o.need_id AND p.round = o.round AND p.status IN ('submitted', {_words(REVEALED)})
          ORDER BY s.proposal_id, s.version DESC
        ) last ON true
        WHERE o.status = 'opened'
        GROUP BY o.id
        HAVING o.count <> jsonb_array_length(o.commitments) OR o.count <> count(last.commitment)
            OR o.count <> count(*) FILTER (WHERE o.commitments ? last.commitment)
        """,
    ),
    Invariant(
        "key-in-three-hands",
        "A key that is kept in shares lies with three people, and was put together from two of them or by a rescue.",
        """
        SELECT 'needs.need:' || n.id, count(c.id) || ' people hold a share of its key'
        FROM needs_need n LEFT JOIN custody_custodian c ON c.need_id = n.id AND c.round = n.relists
         AND c.sealed_share IS NOT NULL AND c.proof_key <> '' AND c.status NOT IN ('replaced', 'released')
        WHERE n.key_dealt AND n.status IN ('published', 'closed') GROUP BY n.id HAVING count(c.id) <> 3
        UNION ALL
        SELECT 'proposals.opening:' || o.id, count(e.id) || ' shares were brought'
        FROM proposals_opening o JOIN needs_need n ON n.id = o.need_id AND n.key_dealt
        LEFT JOIN custody_custodian c ON c.need_id = n.id AND c.round = o.round
        LEFT JOIN audit_event e ON e.subject = 'custody.custodian:' || c.id AND e.action = 'custodian.accept'
        WHERE o.status = 'opened' AND NOT EXISTS (SELECT FROM custody_rescue r WHERE r.need_id = n.id AND r.round = o.round)
        GROUP BY o.id HAVING count(e.id) < 2
        """,
    ),
    Invariant(
        "in-time",
        "Every accepted bid came before the deadline, with a receipt that says so. [I3]",
        """
        SELECT 'proposals.submission:' || s.id, 'received ' || s.received_at || ', deadline ' || n.bid_deadline
        FROM proposals_submission s JOIN proposals_proposal p ON p.id = s.proposal_id JOIN needs_need n ON n.id = p.need_id
        WHERE s.received_at >= n.bid_deadline
        UNION ALL
        SELECT 'proposals.submission:' || s.id, 'its receipt is missing or speaks of something else'
        FROM proposals_submission s JOIN proposals_proposal p ON p.id = s.proposal_id
        WHERE s.receipt IS NULL OR s.receipt ->> 'commitment' <> s.commitment
           OR s.receipt ->> 'proposal' <> p.id::text OR (s.receipt ->> 'version')::int <> s.version
        """,
    ),
    Invariant(
        "announced-deadline",
        "A deadline is never earlier than the one that was announced. [I5]",
        """
        SELECT 'needs.need:' || n.id, 'announced ' || live.deadline || ', now ' || n.bid_deadline
        FROM needs_need n JOIN accounts_organisation o ON o.id = n.organisation_id
        CROSS JOIN LATERAL (
          SELECT (e.detail ->> 'deadline')::timestamptz AS deadline FROM audit_event e
          WHERE e.stream = 'need:' || n.id AND e.action IN ('need.go_live', 'need.amend', 'need.extend')
          ORDER BY e.seq DESC LIMIT 1
        ) live
        WHERE NOT o.is_demo AND n.bid_deadline < live.deadline
        """,
    ),
    Invariant(
        "changed-by-two",
        "A listing was amended or extended only as two people approved it, and extended at most once. [I5]",
        """
        SELECT 'changes.change:' || c.id, 'proposed and approved by one person'
        FROM changes_change c WHERE c.status = 'approved' AND c.approved_by_id IS NOT DISTINCT FROM c.proposed_by_id
        UNION ALL
        SELECT 'needs.need:' || n.id, n.amendments || ' amendments, ' || n.extensions || ' extensions; approved '
               || count(*) FILTER (WHERE c.kind = 'amend') || ' and ' || count(*) FILTER (WHERE c.kind = 'extend')
        FROM needs_need n LEFT JOIN changes_change c ON c.need_id = n.id AND c.status = 'approved'
        GROUP BY n.id
        HAVING n.amendments <> count(*) FILTER (WHERE c.kind = 'amend')
            OR n.extensions <> count(*) FILTER (WHERE c.kind = 'extend')
        """,
    ),
    Invariant(
        "partners-agreed",
        "No amendment took effect while a partner that was asked about it had not agreed. [I5]",
        """
        SELECT 'changes.change:' || c.id, 'approved, and a partner ' || s.status
        FROM changes_change c JOIN changes_consultation s ON s.change_id = c.id
        WHERE c.status = 'approved' AND s.status <> 'agreed'
        """,
    ),
    Invariant(
        "two-people",
        "Who opens is two people; who screens a need does not approve it; both parties confirmed a contract. [I7]",
        f"""
        SELECT 'proposals.opening:' || id, 'opened by one person'
        FROM proposals_opening WHERE status = 'opened' AND confirmed_by_id IS NOT DISTINCT FROM started_by_id
        UNION ALL
        SELECT 'needs.need:' || n.id, 'screened and approved by one person'
        FROM needs_need n JOIN audit_event e ON e.stream = 'need:' || n.id AND e.action = 'need.approve'
        WHERE n.status IN ({_words(LISTED)}) AND e.actor = n.screened_by_id::text
          AND e.seq = (SELECT max(seq) FROM audit_event WHERE stream = e.stream AND action = 'need.approve')
        UNION ALL
        SELECT 'contracts.contract:' || id, 'in force without both parties'
        FROM contracts_contract WHERE status IN ('performing', 'completed', 'terminated')
          AND (confirmed_a_by_id IS NULL OR confirmed_b_by_id IS NULL OR signed_at IS NULL
               OR confirmed_a_by_id = confirmed_b_by_id)
        """,
    ),
    Invariant(
        "one-live-bid",
        "A team has one live bid on a need; its versions are kept, one by one. [I8]",
        """
        SELECT 'needs.need:' || need_id, count(*) || ' live bids of team ' || team_id FROM proposals_proposal
        WHERE status NOT IN ('withdrawn', 'expired', 'void', 'not_selected', 'lapsed')
        GROUP BY need_id, team_id HAVING count(*) > 1
        UNION ALL
        SELECT 'proposals.proposal:' || proposal_id, count(*) || ' versions, the last is number ' || max(version)
        FROM proposals_submission GROUP BY proposal_id HAVING count(*) <> max(version) OR min(version) <> 1
        UNION ALL
        SELECT 'proposals.proposal:' || p.id, 'handed in, but no sealed version is there'
        FROM proposals_proposal p WHERE p.status NOT IN ('draft', 'expired', 'withdrawn')
          AND NOT EXISTS (SELECT FROM proposals_submission s WHERE s.proposal_id = p.id)
        """,
    ),
)

CASES = (
    Invariant(
        "published-is-approved",
        "What is listed is what was approved. [I11]",
        f"""
        SELECT 'needs.need:' || n.id, 'approved ' || coalesce(last.content, 'never') || ', listed ' || n.published_hash
        FROM needs_need n LEFT JOIN LATERAL (
          SELECT e.detail ->> 'content' AS content FROM audit_event e
          WHERE e.stream = 'need:' || n.id AND e.action IN ('need.approve', 'need.amend') ORDER BY e.seq DESC LIMIT 1
        ) last ON true
        WHERE n.status IN ({_words(LISTED)}) AND last.content IS DISTINCT FROM n.published_hash
        """,
    ),
    Invariant(
        "archive-at-rest",
        "In an archived batch nothing goes on: each of its needs has ended, or lies on the desk of its enterprise.",
        f"""
        SELECT 'needs.need:' || n.id, 'is ' || n.status || ' in an archived batch'
        FROM needs_need n JOIN needs_batch b ON b.id = n.batch_id
        WHERE b.status = 'archived' AND n.status NOT IN ({_words((*EDITABLE, *FINAL))})
        """,
    ),
    Invariant(
        "decided-and-published",
        "A need was chosen for, or given up, by a decision that was published; by two people where its batch asks for it.",
        """
        SELECT 'decisions.decision:' || d.id, 'decided by one person'
        FROM decisions_decision d JOIN needs_need n ON n.id = d.need_id JOIN needs_batch b ON b.id = n.batch_id
        WHERE b.two_deciders AND d.kind = 'choice' AND d.status IN ('decided', 'published')
          AND (d.approved_by_id IS NULL OR d.approved_by_id = d.decided_by_id)
        UNION ALL
        SELECT 'needs.need:' || n.id, n.status || ' without a decision that was published'
        FROM needs_need n WHERE n.status IN ('selected', 'intended', 'contracted', 'completed', 'terminated', 'failed')
          -- since there are decisions
          AND EXISTS (SELECT FROM audit_event e WHERE e.stream = 'need:' || n.id AND e.action = 'decision.create')
          AND NOT EXISTS (SELECT FROM decisions_decision d WHERE d.need_id = n.id AND d.status = 'published')
        """,
    ),
    Invariant(
        "everyone-answered",
        "No need closes before every bidder has an outcome, a code and a sentence.",
        """
        SELECT 'proposals.proposal:' || p.id, 'no answer, and its need is ' || n.status
        FROM proposals_proposal p JOIN needs_need n ON n.id = p.need_id
        WHERE n.status IN ('selected', 'intended', 'contracted', 'completed', 'terminated', 'failed')
          AND p.status IN ('submitted', 'vetting', 'opened', 'unreadable')
        UNION ALL
        SELECT 'proposals.proposal:' || p.id, p.status || ' without a published answer'
        FROM proposals_proposal p LEFT JOIN proposals_answer a ON a.proposal_id = p.id
        WHERE p.status IN ('selected', 'reserve', 'not_selected', 'contracted') AND a.published_at IS NULL
        """,
    ),
    Invariant(
        "vetted",
        "No bid of a batch that asks for it is compared unless its formal check passed; none fails without a reason.",
        """
        SELECT 'proposals.proposal:' || p.id, p.status || ', and its formal check ' || coalesce(v.status, 'never began')
        FROM proposals_proposal p JOIN needs_need n ON n.id = p.need_id JOIN needs_batch b ON b.id = n.batch_id
        LEFT JOIN proposals_vetting v ON v.proposal_id = p.id
        WHERE p.status IN ('vetting', 'opened', 'selected', 'reserve', 'not_selected', 'lapsed', 'contracted', 'rejected')
          AND (b.vetting OR v.id IS NOT NULL)
          AND NOT CASE p.status
            WHEN 'vetting' THEN coalesce(v.status IN ('checking', 'correcting', 'refused', 'objected'), false)
            WHEN 'rejected' THEN coalesce(v.status = 'failed' AND v.code <> '' AND v.sentence <> '', false)
            WHEN 'not_selected' THEN coalesce(v.status IN ('passed', 'void'), false)
            ELSE coalesce(v.status = 'passed', false) END
        UNION ALL
        SELECT 'needs.need:' || n.id, 'in formal check, and no bid is'
        FROM needs_need n WHERE n.status = 'vetting' AND NOT EXISTS
          (SELECT FROM proposals_proposal p WHERE p.need_id = n.id AND p.status IN ('submitted', 'vetting', 'unreadable'))
        """,
    ),
    Invariant(
        "single",
        "Where bids are vetted, no organisation is compared in two bids for one need.",
        """
        WITH inside AS (
          SELECT p.id, p.need_id, p.round, t.organisation_id::text AS organisation
          FROM proposals_proposal p JOIN teams_team t ON t.id = p.team_id
          JOIN needs_need n ON n.id = p.need_id JOIN needs_batch b ON b.id = n.batch_id AND b.vetting
          WHERE p.status IN ('opened', 'reserve', 'selected', 'contracted')
          UNION
          SELECT p.id, p.need_id, p.round, row -> 'organisation' ->> 'id'
          FROM proposals_proposal p JOIN needs_need n ON n.id = p.need_id JOIN needs_batch b ON b.id = n.batch_id AND b.vetting
          CROSS JOIN LATERAL jsonb_array_elements(coalesce(nullif(p.content -> 'participants', 'null'), '[]')) row
          WHERE p.status IN ('opened', 'reserve', 'selected', 'contracted')
        )
        SELECT 'needs.need:' || need_id, 'organisation ' || organisation || ' is in ' || count(*) || ' bids'
        FROM inside GROUP BY need_id, round, organisation HAVING count(*) > 1
        """,
    ),
    Invariant(
        "money",
        "Payments add up to their contract; nothing is paid before its milestone is verified. [I6]",
        """
        SELECT 'contracts.contract:' || c.id, 'amount ' || c.amount || ', planned ' || coalesce(sum(p.amount), 0)
        FROM contracts_contract c LEFT JOIN contracts_payment p ON p.contract_id = c.id
        WHERE c.status IN ('offered', 'performing', 'completed', 'terminated')
        GROUP BY c.id HAVING coalesce(sum(p.amount), 0) <> c.amount
        UNION ALL
        SELECT 'contracts.payment:' || p.id, 'paid, its milestone is ' || m.status
        FROM contracts_payment p JOIN contracts_milestone m ON m.id = p.milestone_id
        WHERE p.status IN ('paid', 'received') AND m.status <> 'verified'
        UNION ALL
        SELECT 'contracts.payment:' || p.id, 'paid, its contract was never in force'
        FROM contracts_payment p JOIN contracts_contract c ON c.id = p.contract_id
        WHERE p.status <> 'planned' AND c.signed_at IS NULL
        UNION ALL
        SELECT 'contracts.contract:' || c.id, 'completed with a milestone that is ' || m.status
        FROM contracts_contract c JOIN contracts_milestone m ON m.contract_id = c.id
        WHERE c.status = 'completed' AND m.status <> 'verified'
        """,
    ),
    Invariant(
        "in-step",
        "A need and the contract, intent and bid that carry it agree about where it stands.",
        """
        SELECT 'needs.need:' || n.id, n.status || ' with ' || count(c.id) || ' contracts to match'
        FROM needs_need n LEFT JOIN contracts_contract c ON c.need_id = n.id AND c.status =
          CASE n.status WHEN 'contracted' THEN 'performing' WHEN 'completed' THEN 'completed' ELSE 'terminated' END
        WHERE n.status IN ('contracted', 'completed', 'terminated') GROUP BY n.id HAVING count(c.id) <> 1
        UNION ALL
        SELECT 'contracts.contract:' || c.id, c.status || ', its need is ' || n.status
        FROM contracts_contract c JOIN needs_need n ON n.id = c.need_id
        WHERE (c.status = 'performing' AND n.status <> 'contracted') OR (c.status = 'completed' AND n.status <> 'completed')
        UNION ALL
        SELECT 'needs.need:' || n.id, n.status || ' with ' || count(p.id) || ' chosen bids'
        FROM needs_need n LEFT JOIN proposals_proposal p ON p.need_id = n.id AND p.status IN ('selected', 'contracted')
        WHERE n.status IN ('selected', 'intended', 'contracted', 'completed') GROUP BY n.id HAVING count(p.id) <> 1
        """,
    ),
    Invariant(
        "numbers",
        "Human-readable numbers are without gaps and none was given twice.",
        """
        SELECT 'core.counter:' || c.series, 'at ' || c.value || ', given out ' || count(n.id)
        FROM core_counter c LEFT JOIN needs_need n ON
          (c.series LIKE 'application:%' AND n.application_number LIKE 'JB-申-' || split_part(c.series, ':', 2) || '-%')
          OR (c.series LIKE 'listing:%' AND n.number LIKE 'JB-' || split_part(c.series, ':', 2) || '-%')
        WHERE c.series LIKE 'application:%' OR c.series LIKE 'listing:%'
        GROUP BY c.series HAVING c.value <> count(n.id)
        """,
    ),
    Invariant(
        "imports",
        "A file of works holds the rows that it was said to hold, and no team has more works of it than were taken.",
        """
        SELECT 'works.import:' || i.id, 'waits to be confirmed with other rows than were counted'
        FROM works_import i LEFT JOIN LATERAL (
          SELECT count(*) FILTER (WHERE verdict = 'fresh') AS fresh, count(*) FILTER (WHERE verdict = 'near') AS near,
                 count(*) FILTER (WHERE verdict = 'same') AS same, count(*) FILTER (WHERE verdict = 'wrong') AS wrong
          FROM works_importrow r WHERE r.job_id = i.id
        ) r ON true
        WHERE i.checked_at IS NOT NULL AND i.done_at IS NULL AND i.cancelled_at IS NULL AND i.failed = ''
          AND (i.fresh, i.near, i.same, i.wrong) <> (r.fresh, r.near, r.same, r.wrong)
        UNION ALL
        SELECT 'works.import:' || i.id, count(*) || ' works came with it, ' || i.added || ' were taken'
        FROM works_import i JOIN works_work w ON w.imported_id = i.id
        GROUP BY i.id HAVING count(*) > i.added OR bool_or(w.team_id <> i.team_id)
        """,
    ),
    Invariant(
        "followed",
        "Every change of a team has a number of its own, given out by the counter that an index follows.",
        """
        SELECT 'teams.team:' || t.id, 'changed with number ' || t.changed || ', which was not given out'
        FROM teams_team t LEFT JOIN core_counter c ON c.series = 'teams.changes'
        WHERE t.changed > coalesce(c.value, 0)
        UNION ALL
        SELECT 'teams.team:' || min(id::text), count(*) || ' teams changed with number ' || changed
        FROM teams_team WHERE changed > 0 GROUP BY changed HAVING count(*) > 1
        """,
    ),
    Invariant(
        "suggested",
        "No team is suggested to its own house; of one that is suggested no longer, nothing from its works is kept.",
        """
        SELECT 'suggestions.suggestion:' || s.id, 'a team of the enterprise that posts the need'
        FROM suggestions_suggestion s JOIN needs_need n ON n.id = s.need_id JOIN teams_team t ON t.id = s.team_id
        WHERE s.is_current AND t.organisation_id = n.organisation_id
        UNION ALL
        SELECT 'suggestions.suggestion:' || id, 'no longer suggested, and its reasons are still there'
        FROM suggestions_suggestion WHERE NOT is_current AND (reasons <> '[]' OR factors <> '[]' OR covered <> '[]')
        """,
    ),
    Invariant(
        "judged",
        "What was said of a match is in a log of its own, as often as it was said and taken back.",
        """
        SELECT 'suggestions.judgement:' || j.id, said || ' times said, ' || taken_back || ' times taken back in the log'
        FROM suggestions_judgement j LEFT JOIN LATERAL (
          SELECT count(*) FILTER (WHERE action IN ('match.judge', 'match.contest')) AS said,
                 count(*) FILTER (WHERE action = 'match.withdraw') AS taken_back
          FROM audit_event e WHERE e.stream = 'match:' || j.id AND e.subject = 'suggestions.judgement:' || j.id
        ) e ON true
        WHERE said <> 1 OR taken_back <> (j.withdrawn_at IS NOT NULL)::int
        """,
    ),
    Invariant(
        "invited-by",
        "Teams are invited by the zone, by the enterprise that asks, or by an agency that looked into what it asks.",
        """
        SELECT 'rescue.invite:' || i.id, 'in the name of an organisation that has nothing to do with the need'
        FROM rescue_invite i JOIN needs_need n ON n.id = i.need_id
        WHERE i.organisation_id IS NOT NULL AND i.organisation_id <> n.organisation_id
          AND NOT EXISTS (SELECT FROM diagnoses_assignment a
                          WHERE a.need_id = n.id AND a.agency_id = i.organisation_id AND a.taken_by_id IS NOT NULL)
        """,
    ),
)

LOG = (
    Invariant(
        "chain",
        "Every chain is whole: no gap, each link the hash before it, each hash that of its text. [I12]",
        """
        SELECT 'audit:' || stream || '#' || seq, 'the chain is broken here' FROM (
          SELECT stream, seq, prev, hash, body,
                 lag(hash, 1, repeat('0', 64)) OVER case_ AS before, row_number() OVER case_ AS place
          FROM audit_event WINDOW case_ AS (PARTITION BY stream ORDER BY seq)
        ) e WHERE seq <> place OR prev <> before OR hash <> encode(sha256(convert_to(body, 'UTF8')), 'hex')
        """,
    ),
    Invariant(
        "chain-text",
        "What the log shows is what was hashed.",
        """
        SELECT 'audit:' || stream || '#' || seq, 'a column says something else than the hashed text'
        FROM audit_event e, LATERAL (SELECT e.body::jsonb AS said) b
        WHERE said ->> 'stream' <> stream OR (said ->> 'seq')::bigint <> seq OR said ->> 'actor' <> actor
           OR said ->> 'role' <> actor_role OR said ->> 'action' <> action OR said ->> 'subject' <> subject
           OR said -> 'detail' <> detail OR said ->> 'note' <> note_hash OR (said ->> 'at')::timestamptz <> at
        """,
    ),
    Invariant(
        "chain-end",
        "Every chain ends where its head says, and has been witnessed no further than that.",
        """
        SELECT 'audit:' || coalesce(h.stream, e.stream), 'the head and the last event differ'
        FROM audit_head h FULL JOIN
          (SELECT DISTINCT ON (stream) stream, seq, hash FROM audit_event ORDER BY stream, seq DESC) e ON e.stream = h.stream
        WHERE h.seq IS DISTINCT FROM e.seq OR h.hash IS DISTINCT FROM e.hash
        UNION ALL
        SELECT 'audit:' || c.stream, 'checkpoint ' || c.checkpoint_id || ' saw another event ' || c.seq
        FROM audit_entry c LEFT JOIN audit_event e ON e.stream = c.stream AND e.seq = c.seq
        WHERE e.hash IS DISTINCT FROM c.hash
        """,
    ),
    Invariant(
        "notes",
        "A note holds the words its event was chained with, or has been erased.",
        """
        SELECT 'audit:' || e.stream || '#' || e.seq, 'its note was written by somebody else'
        FROM audit_note n JOIN audit_event e ON e.id = n.event_id
        WHERE n.text <> '' AND e.note_hash <> encode(sha256(convert_to(n.salt || n.text, 'UTF8')), 'hex')
        """,
    ),
    Invariant(
        "notices",
        "Who was told has an inbox row and, with an address, a letter; nobody was told twice. [I13]",
        """
        SELECT 'notifications.notice:' || n.id, 'no letter was ever promised for it'
        FROM notifications_notice n LEFT JOIN accounts_user u ON u.id = n.recipient_id
        -- without a telephone number the person always had a mail address
        WHERE (n.address <> '' OR (u.email IS NOT NULL AND u.phone IS NULL))
          AND NOT EXISTS (SELECT FROM notifications_delivery d WHERE d.notice_id = n.id)
        UNION ALL
        SELECT 'accounts.user:' || recipient_id, count(*) || ' notices of ' || key
        FROM notifications_notice WHERE recipient_id IS NOT NULL GROUP BY recipient_id, key HAVING count(*) > 1
        UNION ALL
        SELECT 'notifications.delivery:' || d.id, 'to somebody else than its notice'
        FROM notifications_delivery d JOIN notifications_notice n ON n.id = d.notice_id
        WHERE d.recipient_id IS DISTINCT FROM n.recipient_id
        UNION ALL
        SELECT 'notifications.notice:' || n.id, 'tells of an event that is not in the log'
        FROM notifications_notice n WHERE n.key ~ '^[0-9a-f]{8}-[0-9a-f-]{27}$'
          AND NOT EXISTS (SELECT FROM audit_event e WHERE e.id = n.key::uuid)
        """,
    ),
)

PEOPLE = (
    Invariant(
        "duties-apart",
        "An administrator holds no second duty; no member of the zone's staff belongs to a party. [I14]",
        """
        SELECT 'accounts.user:' || a.user_id, a.role || ' and ' || b.role || ' at once'
        FROM accounts_appointment a JOIN accounts_appointment b
          ON b.user_id = a.user_id AND b.duty > a.duty AND tstzrange(a.since, a.until) && tstzrange(b.since, b.until)
        UNION ALL
        SELECT DISTINCT 'accounts.user:' || m.user_id, 'holds a zone role and belongs to ' || o.kind
        FROM accounts_membership m JOIN accounts_organisation o ON o.id = m.organisation_id AND o.kind <> 'zone'
        JOIN accounts_appointment a ON a.user_id = m.user_id AND a.until IS NULL WHERE m.left_at IS NULL
        """,
    ),
    Invariant(
        "somebody-in-charge",
        "Every verified organisation has a manager who can log in.",
        """
        SELECT 'accounts.organisation:' || o.id, 'nobody manages it'
        FROM accounts_organisation o WHERE o.status = 'verified' AND NOT EXISTS (
          SELECT FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id
          WHERE m.organisation_id = o.id AND m.role = 'manager' AND m.left_at IS NULL AND u.is_active)
        """,
    ),
    Invariant(
        "guards",
        "Every trigger is switched on and every constraint holds for the rows that were there before it.",
        """
        SELECT 'trigger ' || tgname, 'on ' || tgrelid::regclass || ' is switched off'
        FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'O'
        UNION ALL
        SELECT 'constraint ' || conname, 'on ' || conrelid::regclass || ' was never validated'
        FROM pg_constraint WHERE NOT convalidated AND connamespace = 'public'::regnamespace
        """,
    ),
)


def of_machine(machine: Machine) -> Invariant:
    """The status of every row is the end of a path that was declared, each step of it in the log. [I4, I12]"""
    label, table = machine.model._meta.label_lower, machine.model._meta.db_table
    edges = {("", machine.initial)} | {(s, t.target) for t in machine.transitions for s in t.source}
    declared = ", ".join(f"('{before}', '{after}')" for before, after in sorted(edges))
    return Invariant(
        f"path-{machine.noun}",
        f"Every {machine.noun} stands where its log says, and came there by declared moves only. [I4, I12]",
        f"""
        WITH steps AS (
          SELECT subject, stream, seq, detail ->> 'before' AS before, detail ->> 'after' AS after,
                 lag(detail ->> 'after', 1, '') OVER (PARTITION BY subject ORDER BY seq) AS stood,
                 row_number() OVER (PARTITION BY subject ORDER BY seq DESC) AS back
          FROM audit_event WHERE subject LIKE '{label}:%' AND detail ? 'after'
        )
        SELECT '{label}:' || r.id, 'stands at ' || r.status || ', its log ends at ' || coalesce(s.after, 'nothing')
        FROM {table} r LEFT JOIN steps s ON s.subject = '{label}:' || r.id AND s.back = 1
        WHERE s.after IS DISTINCT FROM r.status
        UNION ALL
        SELECT subject, 'event ' || seq || ' goes from ' || before || ' to ' || after || ', it stood at ' || stood
        FROM steps WHERE before <> stood OR (before, after) NOT IN (VALUES {declared})
        """,
    )


def invariants() -> list[Invariant]:
    return [*SEALS, *CASES, *(of_machine(machine) for machine in machines()), *LOG, *PEOPLE]
