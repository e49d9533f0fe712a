-- What the portal and the worker may do in the vault. Intake and callbacks get nothing here, not even the schema.
REVOKE ALL ON SCHEMA outreach FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA outreach FROM PUBLIC, wayside_portal, wayside_worker, wayside_intake, wayside_callbacks;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA outreach TO wayside_portal, wayside_worker;
GRANT SELECT ON outreach.alembic_version TO wayside_portal, wayside_worker;

-- The portal reads and writes cases; it cannot invent events or receipts, and never deletes.
GRANT SELECT, INSERT, UPDATE ON
  outreach.case_file, outreach.case_key, outreach.victim_record, outreach.destination, outreach.phone_token,
  outreach.text_consent, outreach.live_request, outreach.task, outreach.attempt, outreach.text, outreach.letter,
  outreach.possible_match, outreach.staff, outreach.enrolment_link, outreach.staff_session,
  outreach.inbound_text, outreach.unknown_text, outreach.code_word, outreach.code_word_check,
  outreach.letter_code, outreach.letter_batch, outreach.batch_letter, outreach.mail_approval
  TO wayside_portal;
GRANT SELECT ON outreach.level_event, outreach.text_receipt TO wayside_portal;
GRANT SELECT, INSERT ON
  outreach.match_token, outreach.suppressed_phone, outreach.text_withdrawal, outreach.protocol_text,
  outreach.protocol_change, outreach.voided_page, outreach.notice_closing
  TO wayside_portal;
-- Two people make a protocol current: the second adds a number to what the first asked for, and changes nothing of it.
GRANT UPDATE (number, settled_by_id, settled_at, why_box) ON outreach.protocol_change TO wayside_portal;
-- A person may lift a stop, with her word; no other column of it changes, and the worker lifts none.
GRANT UPDATE (lifted_at) ON outreach.suppressed_phone TO wayside_portal;
GRANT SELECT, UPDATE ON outreach.quarantined_deposit TO wayside_portal;
GRANT SELECT ON outreach.provider_sweep, outreach.phone_lookup, outreach.queue_tick TO wayside_portal;
GRANT SELECT (id, due_at, gone_on) ON outreach.provider_copy TO wayside_portal;
GRANT SELECT ON outreach.texting_state TO wayside_portal;
-- A made assessment and a version of a plan stay as they are: the portal adds, and changes only one that was begun.
GRANT SELECT, INSERT, UPDATE ON outreach.assessment TO wayside_portal;
GRANT SELECT, INSERT ON outreach.danger_change, outreach.safety_plan TO wayside_portal;

-- Anyone who may stop texts may do so from the page or by command; no process takes a stop out of the record.
GRANT SELECT, INSERT, UPDATE (ended_at, ended_by_id) ON outreach.texting_stop TO wayside_portal, wayside_worker;
-- A supervisor signs for texts and takes it back, in the portal alone; the worker sees whether one has.
GRANT SELECT, INSERT, UPDATE (ended_at, ended_by_id) ON outreach.texting_signature TO wayside_portal;
GRANT SELECT ON outreach.texting_signature TO wayside_worker;
GRANT SELECT, INSERT, UPDATE ON outreach.texting_state TO wayside_worker;

-- Cases brought over from before: the command of a supervisor adds them as the portal; nobody changes what came.
GRANT SELECT, INSERT ON outreach.brought_case TO wayside_portal;
GRANT SELECT ON outreach.brought_case TO wayside_worker;

-- The log of accountability: requests add, nobody changes or removes; the worker alone numbers and chains.
GRANT SELECT, INSERT ON outreach.audit_entry, outreach.audit_subject TO wayside_portal, wayside_worker;
GRANT UPDATE (number, chain) ON outreach.audit_entry TO wayside_worker;

-- The worker turns deposits into cases and texts. It cannot make or change staff.
GRANT SELECT, INSERT, UPDATE ON
  outreach.case_file, outreach.case_key, outreach.victim_record, outreach.destination, outreach.phone_token,
  outreach.text_consent, outreach.live_request, outreach.task, outreach.attempt, outreach.text, outreach.letter,
  outreach.possible_match, outreach.level_event, outreach.quarantined_deposit
  TO wayside_worker;
GRANT SELECT, INSERT ON
  outreach.protocol_text, outreach.match_token, outreach.suppressed_phone, outreach.text_receipt, outreach.drained,
  outreach.inbound_text, outreach.unknown_text, outreach.text_withdrawal, outreach.protocol_change
  TO wayside_worker;
GRANT SELECT (id, name, role, employer, is_active) ON outreach.staff TO wayside_worker;
GRANT SELECT, INSERT ON outreach.phone_lookup TO wayside_worker;
-- The print role carries a stack on that two people released; it neither plans one nor says which page is void.
GRANT SELECT, UPDATE ON outreach.letter_batch, outreach.batch_letter TO wayside_worker;
GRANT SELECT ON outreach.letter_code TO wayside_worker;
-- When their time is over the worker empties the single answers; it can change no result.
GRANT SELECT, UPDATE (answers_box, answers_until, version) ON outreach.assessment TO wayside_worker;
GRANT SELECT ON outreach.safety_plan TO wayside_worker;
GRANT SELECT, INSERT, UPDATE ON outreach.provider_copy, outreach.provider_sweep, outreach.queue_tick TO wayside_worker;

-- Meetings: the portal plans and keeps them; the worker raises alarms from times and names alone, and opens no box.
GRANT SELECT, INSERT, UPDATE ON
  outreach.meeting, outreach.interpreter_veto, outreach.calendar_feed, outreach.danger_phrase
  TO wayside_portal;
GRANT SELECT, INSERT ON outreach.meeting_check TO wayside_portal;
GRANT SELECT, INSERT, UPDATE (settled_at, settled_by_id, settled_as) ON outreach.meeting_alarm TO wayside_portal;
GRANT SELECT (
    id, case_id, lead_id, second_id, buddy_id, state, stage, wall_starts, wall_ends, zone, starts_at, check_in_by, ends_at,
    next_look_at, buddy_after, supervisor_after
  )
  ON outreach.meeting TO wayside_worker;
GRANT UPDATE (stage, next_look_at, starts_at, check_in_by, ends_at) ON outreach.meeting TO wayside_worker;
GRANT SELECT, INSERT ON outreach.meeting_alarm TO wayside_worker;
-- Who is on call, and pages. The portal keeps the rota and says that a page was seen; both may call.
GRANT SELECT, INSERT ON outreach.on_call_shift, outreach.staff_pager TO wayside_portal;
GRANT UPDATE (taken_away_by_id, handed_over_at) ON outreach.on_call_shift TO wayside_portal;
GRANT UPDATE (topic_box) ON outreach.staff_pager TO wayside_portal;
GRANT SELECT ON outreach.on_call_shift, outreach.staff_pager TO wayside_worker;
GRANT SELECT, INSERT, UPDATE ON outreach.page_call, outreach.staff_page TO wayside_portal, wayside_worker;
GRANT SELECT ON outreach.page_tick TO wayside_portal;
GRANT SELECT, INSERT, UPDATE ON outreach.page_tick TO wayside_worker;

-- Who may not see a case: people restrict and build walls; the worker only asks, so that it pages nobody who is kept away.
GRANT SELECT, INSERT ON outreach.restriction, outreach.conflict_wall TO wayside_portal;
GRANT UPDATE (ended_on, restriction_box) ON outreach.restriction TO wayside_portal;
GRANT UPDATE (ended_on, wall_box) ON outreach.conflict_wall TO wayside_portal;
GRANT SELECT (id, case_id, is_staffs, ended_on) ON outreach.restriction TO wayside_worker;
GRANT SELECT (id, case_id, staff_id, ended_on) ON outreach.conflict_wall TO wayside_worker;

-- What she needs, the services near her, and what she let us tell them: the portal's. The worker adds what an officer heard.
GRANT SELECT, INSERT, UPDATE ON outreach.approval_wish, outreach.night_call TO wayside_portal;
GRANT SELECT, INSERT, UPDATE ON outreach.need, outreach.local_service, outreach.release_given TO wayside_portal;
GRANT SELECT, INSERT ON outreach.referral TO wayside_portal;
GRANT SELECT, INSERT ON outreach.need TO wayside_worker;
