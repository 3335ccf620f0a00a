// What may be done to a case, as a table: the council's word for it, what the form asks, and the request it becomes.
// Who may do what and when is the council's to say ("case actions"); here is only how it is asked.
import { choice, type Choice, type Field, text, ticks, yesNo } from '../provider/fields.js'

export interface ActField extends Field {
  /** How the form's text becomes the request's value; none: as it is. */
  as?: 'lines' | 'day' | 'date' | 'flag'
  /** Said when it is left empty: where the council takes two fields as one and can name only the other. */
  needed?: string
  /** Choices that only the running portal knows. */
  from?: 'workers' | 'managers' | 'teams'
}

export interface Act {
  /** As "case actions" names it. */
  command: string
  /** Member of the request, as its JSON names it. */
  body: string
  title: string
  lead?: string
  fields: readonly ActField[]
  fixed?: Record<string, unknown>
  /** It is about something that is out for the case: of that kind. */
  errand?: string
  /** Not about a hold, but told under the reference alone. */
  plain?: boolean
}

const long = (name: string, label: string, hint?: string, wire = name): ActField =>
  ({ name, kind: 'long', label, wire, ...(hint ? { hint } : {}) })
const line = (name: string, label: string, hint?: string, wire = name): ActField =>
  text(name, label, wire, hint ? { hint } : {})
const day = (name: string, label: string, wire: string, hint = 'For example, 27 3 2027.'): ActField =>
  ({ name, kind: 'date', label, wire, hint, as: 'day' })
const person = (name: string, label: string, from: 'workers' | 'managers', wire = name): ActField =>
  ({ name, kind: 'select', label, wire, from, choices: [] })
const flag = (name: string, label: string, sentence: string): ActField =>
  ({ name, kind: 'ticks', label, wire: name, as: 'flag', choices: [{ value: 'true', text: sentence }] })
const reason = (hint = 'It is kept with the case.'): ActField => long('reason', 'Why?', hint)
const pick = (name: string, label: string, choices: [string, string, string?][]): ActField => choice(name, label, name, choices)

/** Codes that read as words, of the national return. */
const words = (list: string, codes: string[]): [string, string][] =>
  codes.map((c) => [`${list}_${c}`, c.charAt(0) + c.slice(1).replace(/_/g, ' ').toLowerCase()])
const HARMS = words('HARM_TYPE', ['PHYSICAL', 'SEXUAL', 'PSYCHOLOGICAL', 'FINANCIAL', 'DISCRIMINATORY', 'ORGANISATIONAL', 'NEGLECT',
  'DOMESTIC_ABUSE', 'SEXUAL_EXPLOITATION', 'MODERN_SLAVERY', 'SELF_NEGLECT'])
const PLACES = words('AREA_OF_ABUSE', ['OWN_HOME', 'IN_THE_COMMUNITY', 'COMMUNITY_SERVICE', 'CARE_HOME_NURSING', 'CARE_HOME_RESIDENTIAL',
  'HOSPITAL_ACUTE', 'HOSPITAL_MENTAL_HEALTH', 'HOSPITAL_COMMUNITY', 'OTHER'])

const TELL = 'Whoever reported it reads this. Use plain words and no names of others.'
const ADULT = 'By a way that is safe for them, never through whoever may be the source.'

const check = (command: string, what: string, title: string, fields: readonly ActField[]): Act =>
  ({ command, body: 'checkReport', title, fields, fixed: { what: `WHAT_${what}` }, errand: 'delegation' })
const org = (command: string, act: string, title: string, fields: readonly ActField[]): Act =>
  ({ command, body: 'org', title, fields, fixed: { act: `ORG_ACT_${act}` } })
const owner: readonly ActField[] = [person('owner', 'Who owns it?', 'managers'),
  day('review', 'When is it looked at again?', 'review_ms'), reason()]

export const ACTS: readonly Act[] = [
  { command: 'extend', body: 'extend', title: 'Keep it for longer', fields: [reason()] },
  { command: 'return', body: 'return', title: 'Give it back to the queue',
    lead: 'It keeps its colour and its age.', fields: [reason('The next person reads this.')] },
  { command: 'put_off', body: 'putOff', title: 'Put it off', lead: 'It keeps its colour and its age, and is kept for you. Once, and renewed twice.',
    fields: [day('review', 'When do you look at it again?', 'review_ms'), reason('Say what you wait for.')] },
  { command: 'rate', body: 'rate', title: 'Change the colour', fields: [
    pick('colour', 'Which colour?', [['COLOUR_RED', 'Red'], ['COLOUR_AMBER', 'Amber'], ['COLOUR_GREEN', 'Green']]), reason()] },
  { command: 'second', body: 'second', title: 'Answer as the second person', lead: 'Read the case and the proposal first.', fields: [
    { ...pick('agree', 'Do you agree?', [['true', 'I agree'], ['false', 'I disagree']]), as: 'flag' },
    reason('If you disagree, whoever proposed it reads this.')] },
  { command: 'allocate', body: 'allocate', title: 'Name who leads', fields: [
    person('lead', 'Who leads?', 'workers'),
    yesNo('substantial_difficulty', 'Does the adult have substantial difficulty in taking part?', 'substantial_difficulty'),
    line('advocate', 'If so: who speaks for them?', 'An advocate, or somebody fit who is not the source of the risk.'),
    long('tell_adult', 'How will the adult be told?', ADULT)] },
  { command: 'offer', body: 'offer', title: 'Offer it to a community team',
    lead: 'It stays with the MASH until the team accepts. Only a team that knows the adult can be asked.', fields: [
      { name: 'team', kind: 'select', label: 'Which team?', wire: 'team', from: 'teams', choices: [] },
      pick('relationship', 'How does the team know the adult?', [
        ['RELATIONSHIP_OPEN_ALLOCATION', 'They are allocated to it now'],
        ['RELATIONSHIP_NAMED_WORKER_90_DAYS', 'A named worker in the last 90 days'],
        ['RELATIONSHIP_PLANNED_REVIEW_60_DAYS', 'A review planned within 60 days'],
        ['RELATIONSHIP_LINKED_ENQUIRY', 'It already has a linked enquiry']]),
      { ...line('relationship_source', 'Where is that recorded?'), needed: 'Say where it is recorded that the team knows the adult' },
      { ...day('since', 'Of what date is that?', 'relationship_date_ms', 'For example, 27 3 2026.'), needed: 'Enter the date of that record' },
      yesNo('source_in_team', 'May the team, or anybody in it, be the source?', 'source_in_team'),
      person('agreed_by', 'Which manager there agreed beforehand?', 'managers'),
      long('safety_plan', 'Safety plan', 'Needed when the case is red.')] },
  { command: 'accept', body: 'acceptOffer', title: 'Accept the handover', fields: [
    person('lead', 'Who leads?', 'workers'), long('tell_adult', 'How will the adult be told?', ADULT)] },
  { command: 'reject', body: 'rejectOffer', title: 'Turn the handover down', fields: [reason('The MASH reads this.')] },
  { command: 'withdraw_offer', body: 'withdrawOffer', title: 'Withdraw the offer', fields: [reason()] },
  { command: 'take_back', body: 'withdrawOffer', title: 'Take it back to the MASH', fixed: { take_back: true }, fields: [reason()] },
  { command: 'finish', body: 'finish', title: 'Finish the enquiry', lead: 'A manager checks it before it is closed.', fields: [
    long('findings', 'What was found?'),
    pick('risk', 'What became of the risk?', [
      ['RISK_OUTCOME_REMOVED', 'It was removed'], ['RISK_OUTCOME_REDUCED', 'It was reduced'], ['RISK_OUTCOME_REMAINED', 'It remains'],
      ['RISK_OUTCOME_NONE_IDENTIFIED', 'No risk was found'], ['RISK_OUTCOME_INCONCLUSIVE', 'It could not be settled'],
      ['RISK_OUTCOME_CEASED_AT_REQUEST', 'Ended because the adult asked']]),
    pick('achieved', 'Did the adult get what they wanted?', [
      ['ACHIEVED_FULLY', 'Yes, fully'], ['ACHIEVED_PARTLY', 'In part'], ['ACHIEVED_NOT', 'No'],
      ['ACHIEVED_ASKED_NONE_EXPRESSED', 'They were asked and named nothing'], ['ACHIEVED_NOT_ASKED', 'They were not asked']]),
    long('safety_plan', 'Safety plan', 'Needed where the risk remains.'),
    yesNo('coercion', 'Ended because the adult asked: may somebody have made them ask?', 'coercion'),
    yesNo('ceased_capacity', 'Ended because the adult asked: do they have capacity to ask for that?', 'has_capacity'),
    yesNo('others_at_risk', 'Ended because the adult asked, or the adult died: are others at risk from the same source?', 'others_at_risk'),
    flag('adult_died', 'Death', 'The adult has died'),
    long('death_review', 'If the adult died: to whom was the death passed for review, or why not?')] },
  { command: 'sign_off', body: 'signOff', title: 'Close it', fields: [
    long('tell', 'What do you tell who reported it?', TELL), long('adult_told', 'How was the adult told, or why not?'),
    flag('org_acknowledged', 'Enquiry into the service', 'I know that it is part of an enquiry into the service as a whole')] },
  { command: 'return_enquiry', body: 'returnEnquiry', title: 'Give it back to the lead', fields: [reason('The lead reads this.')] },
  { command: 'phone', body: 'confirmByPhone', title: 'Record that you told them by telephone',
    fields: [line('spoke_to', 'Whom did you speak to?')] },
  { command: 'forward_accepted', body: 'forwardAccepted', title: 'Record that the other service has accepted it',
    fields: [line('by', 'Who accepted it there?')] },
  { command: 'forward_bounced', body: 'forwardBounced', title: 'Record that the other service sent it back', fields: [reason()] },
  { command: 'reopen', body: 'reopen', title: 'Open it again', fields: [reason()] },
  { command: 'ask', body: 'ask', title: 'Ask a question', fields: [
    line('of', 'Whom do you ask?', 'Leave it empty to ask who reported it. Or the name of a partner’s key: police, a hospital.'),
    { ...long('questions', 'Questions', 'One a line.'), as: 'lines' },
    long('why', 'Why does it matter?', 'Whoever is asked reads this.')] },
  { command: 'answer', body: 'answer', title: 'Write down an answer that came by telephone', errand: 'question', plain: true,
    fields: [long('text', 'What did they answer?')] },
  { command: 'close_question', body: 'closeQuestion', title: 'Close a question', errand: 'question',
    fields: [reason(), long('tell', 'What did the answer change?', TELL)] },
  { command: 'call_done', body: 'callDone', title: 'Record a call', errand: 'call', fields: [line('spoke_to', 'Whom did you speak to?')] },
  { command: 'adult_told', body: 'adultTold', title: 'Record that the adult was told', errand: 'tell_adult',
    fields: [long('how', 'How were they told, or why not?', ADULT)] },
  { command: 'delegate', body: 'delegate', title: 'Ask others to enquire',
    lead: 'The council keeps the duty, and its lead stays the lead.', fields: [
      line('to', 'Who enquires?', 'The name of their key, such as rosewood-house.'), long('scope', 'What are they to find out, and what not?'),
      long('purpose', 'What is it for?'), long('terms', 'On what terms?', 'Whom they may speak to, what they keep, whom they tell.'),
      day('due', 'By when?', 'due_ms'),
      long('source_reason', 'If they may be the source themselves: why ask them all the same?', 'A MASH manager decides that.'),
      line('police_agree', 'If it may be a crime: who at the police agreed, and when?')] },
  check('accept_report', 'ACCEPT', 'Accept the report', [yesNo('adult_seen', 'Was the adult seen?', 'adult_seen'),
    long('evidence', 'What do the findings rest on?'), long('risk_now', 'What risk is there now?')]),
  check('return_report', 'RETURN', 'Send the report back', [reason('Whoever enquires reads this.'), day('due', 'By when?', 'due_ms')]),
  check('extend_delegation', 'EXTEND', 'Give them longer', [reason('Whoever enquires reads this.'), day('due', 'By when?', 'due_ms')]),
  check('take_back_delegation', 'TAKE_BACK', 'Take the enquiry back', [reason('Whoever enquires reads this.')]),
  { command: 'challenge', body: 'challenge', title: 'Write down that they disagree', plain: true,
    fields: [long('text', 'Why do they disagree?')] },
  { command: 'assign_challenge', body: 'reviewChallenge', title: 'Name who reviews the disagreement', errand: 'challenge',
    fields: [person('reviewer', 'Which manager?', 'managers')] },
  { command: 'decide_challenge', body: 'reviewChallenge', title: 'Decide the disagreement', errand: 'challenge', fields: [
    pick('result', 'How does it end?', [
      ['RESULT_UPHELD', 'They are right', 'The case goes back to the queue, amber at least'], ['RESULT_PART_UPHELD', 'They are right in part'],
      ['RESULT_NOT_UPHELD', 'The decision stands'], ['RESULT_OUT_OF_SCOPE', 'It is about something else']]),
    reason(), long('tell', 'What do you tell who reported it?', TELL)] },
  { command: 'reassign', body: 'reassign', title: 'Name another lead',
    fields: [person('to', 'Who leads from now on?', 'workers'), reason()] },
  { command: 'mark', body: 'mark', title: 'Record what the police ask',
    fields: [yesNo('police_hold', 'Do the police ask for silence?', 'police_hold'), reason()] },
  { command: 'hold', body: 'legalHold', title: 'Keep it, or no longer, whatever the retention schedule says',
    lead: 'A legal hold: an inquest, a claim, an inquiry. Nothing of it is erased meanwhile.',
    fields: [yesNo('held', 'Must it be kept?', 'held'), reason()] },
  { command: 'void', body: 'void', title: 'It was recorded in error', lead: 'Two managers: another one must agree.', fields: [
    flag('no_adult_at_risk', 'Is it certain?', 'No adult is at risk in this'), reason()] },
  { command: 'link', body: 'link', title: 'Link it to a case about the same incident', fields: [
    line('primary', 'Reference of the case that is worked for both'), reason()] },
  { command: 'suggest_link', body: 'link', title: 'Suggest a link to the MASH', fixed: { suggest: true },
    fields: [line('primary', 'Reference of the other case'), reason()] },
  { command: 'unlink', body: 'unlink', title: 'Unlink it', fields: [reason()] },
  org('org_attach', 'ATTACH', 'Make it part of a record about the service', [line('org', 'Reference of that record'), reason()]),
  org('org_detach', 'DETACH', 'Take it out of the record about the service', [reason()]),
  org('org_scope', 'SCOPE', 'Begin to scope', owner), org('org_large_scale', 'LARGE_SCALE', 'Begin a large-scale enquiry', owner),
  org('org_quality_route', 'QUALITY_ROUTE', 'Give it to the quality team', owner), org('org_review', 'REVIEW', 'Look at it again later', owner),
  org('org_close', 'CLOSE', 'Close the record', [reason()]),
  { command: 'settle', body: 'referral', title: 'Settle it', fixed: { act: 'REFERRAL_ACT_SETTLE' }, fields: [
    pick('settlement', 'How does it end?', [['SETTLEMENT_GRANTED', 'Granted'], ['SETTLEMENT_NOT_GRANTED', 'Not granted'],
      ['SETTLEMENT_PLANNED', 'There is a plan from the birthday on'], ['SETTLEMENT_NOT_NEEDED', 'Not needed'],
      ['SETTLEMENT_ANSWERED', 'Answered'], ['SETTLEMENT_WITHDRAWN', 'Withdrawn, as its sender asked']]),
    { name: 'until', kind: 'date', label: 'If granted: until when?', wire: 'until', as: 'date' },
    line('representative', 'If granted: who represents the adult?'), reason(), long('tell', 'What do you tell who sent it?', TELL)] },
  { command: 'make_concern', body: 'referral', title: 'Make it a safeguarding concern', fixed: { act: 'REFERRAL_ACT_MAKE_CONCERN' },
    fields: [reason()] },
  { command: 'agency_answered', body: 'referral', title: 'Write down what an agency answered', fixed: { act: 'REFERRAL_ACT_AGENCY_ANSWERED' },
    fields: [pick('agency', 'Which agency?', [['AGENCY_POLICE', 'Police'], ['AGENCY_HEALTH', 'Health'], ['AGENCY_SOCIAL_CARE', 'Social care']]),
      long('answer', 'What do they know, and who there said it?')] },
  { command: 'safe_tonight', body: 'night', title: 'Safe tonight', fixed: { act: 'NIGHT_ACT_SAFE_TONIGHT' },
    fields: [long('safety', 'What was done, and by whom?')] },
  { command: 'second_by_phone', body: 'night', title: 'The on-call manager agreed by telephone', fixed: { act: 'NIGHT_ACT_AGREED_BY_TELEPHONE' },
    fields: [person('manager', 'Which manager?', 'managers')] },
  { command: 'confirm_second', body: 'night', title: 'Confirm what you agreed to by telephone', fixed: { act: 'NIGHT_ACT_CONFIRM' }, fields: [reason()] },
  { command: 'restrict', body: 'night', title: 'Who may read it', fields: [
    pick('act', 'Who may read it?', [['NIGHT_ACT_RESTRICT', 'Managers, its lead and who has it'], ['NIGHT_ACT_UNRESTRICT', 'The teams that work it']]),
    reason()] },
  { command: 'complete', body: 'complete', title: 'Add what the national return asks',
    lead: 'What the record does not say and the yearly count of all councils needs. Leave the rest empty.', fields: [
      yesNo('action_taken', 'Was something done about the risk?', 'action_taken'),
      yesNo('supported', 'If they could not decide: did an advocate, family or a friend support them?', 'supported'),
      ticks('types', 'Kinds of harm', 'types', HARMS),
      ticks('sources', 'Where did the risk come from?', 'sources', [['RISK_SOURCE_SERVICE_PROVIDER', 'Social care that is paid for'],
        ['RISK_SOURCE_OTHER_KNOWN', 'Somebody else whom the adult knows'], ['RISK_SOURCE_OTHER_UNKNOWN', 'Somebody whom they do not know']]),
      ticks('locations', 'Where did it happen?', 'locations', PLACES),
      pick('gender', 'Gender', words('GENDER', ['MALE', 'FEMALE', 'OTHER', 'NOT_KNOWN'])),
      pick('ethnicity', 'Ethnic group', words('ETHNICITY', ['WHITE', 'MIXED', 'ASIAN', 'BLACK', 'OTHER', 'REFUSED', 'NOT_KNOWN'])),
      pick('support_reason', 'Main reason for support', words('SUPPORT_REASON', ['PHYSICAL', 'SENSORY', 'MEMORY_AND_COGNITION',
        'LEARNING_DISABILITY', 'MENTAL_HEALTH', 'SOCIAL', 'NONE', 'NOT_KNOWN']))] },
]

const BY_COMMAND = new Map(ACTS.map((a) => [a.command, a]))
export function actOf(command: string): Act | undefined {
  return BY_COMMAND.get(command)
}

/** Whom and what the running portal can name. */
export type Known = Record<'workers' | 'managers' | 'teams', readonly Choice[]>

/** A form's choices, where they are only known now. */
export function withChoices(act: Act, known: Known): ActField[] {
  return act.fields.map((f) => (f.from ? { ...f, choices: known[f.from] } : f))
}
