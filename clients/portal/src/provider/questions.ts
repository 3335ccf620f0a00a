// The questions of a concern, one page each, in the order in which they are asked.  What may be said is the
// council's schema; whether it will do is the council's to say.  Every question can be left or answered "not known".
import { choice, listOf, NOT_SENT, type Page, text, textOf, ticks, yesNo } from './fields.js'
import { TOPIC_PAGES, TOPICS } from './topics.js'

const danger: Page = {
  slug: 'danger', title: 'Is someone in danger right now?',
  lead: 'If someone is badly hurt or may be hurt soon, ring 999 first. Then come back here.',
  fields: [yesNo('danger', 'Is the adult in danger now?', 'harm.immediate_danger')],
}

const managers: Page = {
  slug: 'managers', title: 'Could someone who manages this service be involved?',
  lead: 'If the answer is yes or not known, only you will see this concern here. Your colleagues will not, and the ' +
    'council will write to nobody else about it.',
  fields: [
    yesNo('managers', 'Could someone who manages this service be involved?', 'referrer.management_may_be_involved'),
    choice('seen_by', 'If not: who else here may see it?', undefined, [
      ['everyone', 'Everyone here who reports concerns'], ['me', 'Only me'],
    ]),
  ],
}

const adult: Page = {
  slug: 'adult', title: 'Who are you worried about?',
  lead: 'Fill in what you know. Leave the rest empty: nothing here stops you from sending.',
  fields: [
    choice('subject', 'Which of these is true?', 'adults[0].subject', [
      ['SUBJECT_NAMED', 'I know who it is'], ['SUBJECT_UNIDENTIFIED', 'I do not know who it is'],
      ['SUBJECT_DECEASED', 'The person has died'],
      ['SUBJECT_NO_NAMED_ADULT', 'It is about a whole service, not one person'],
    ]),
    text('adult_name', 'Full name', 'adults[0].name'),
    { name: 'born', kind: 'date', label: 'Date of birth', hint: 'For example, 28 5 1941. The year alone will do.',
      wire: 'adults[0].date_of_birth' },
    text('nhs', 'NHS number', 'adults[0].nhs_number', { hint: 'For example, 999 123 4578. Leave it empty if you do not know it.',
      width: 'govuk-input--width-10', inputmode: 'numeric' }),
    text('address', 'Where they live', 'adults[0].address'),
    text('postcode', 'Postcode', 'adults[0].postcode', { width: 'govuk-input--width-10' }),
  ],
}

const happened: Page = {
  slug: 'happened', title: 'What happened?',
  lead: 'Use your own words. Say what was seen, heard or said, and by whom. Keep facts and opinions apart.',
  fields: [{ name: 'happened', kind: 'long', label: 'What happened?', wire: 'what_happened' }],
}

const when: Page = {
  slug: 'when', title: 'When did it happen?',
  lead: 'If you do not know, leave this empty.',
  fields: [
    { name: 'on', kind: 'date', label: 'Day', hint: 'If it went on for longer: the day it began.' },
    { name: 'at', kind: 'time', label: 'Time', hint: 'For example, 7:30am or 19:30.', width: 'govuk-input--width-10' },
    yesNo('exact', 'Are you sure of the time?', 'incident_time_exact'),
  ],
}

const where: Page = {
  slug: 'where', title: 'Where did it happen?',
  fields: [
    choice('area', 'What kind of place?', 'adults[0].area_of_abuse', [
      ['AREA_OF_ABUSE_OWN_HOME', 'Their own home'], ['AREA_OF_ABUSE_CARE_HOME_RESIDENTIAL', 'A residential care home'],
      ['AREA_OF_ABUSE_CARE_HOME_NURSING', 'A nursing home'], ['AREA_OF_ABUSE_COMMUNITY_SERVICE', 'A day centre or other service'],
      ['AREA_OF_ABUSE_IN_THE_COMMUNITY', 'Outside: a street, shop or park'], ['AREA_OF_ABUSE_HOSPITAL_ACUTE', 'A hospital'],
      ['AREA_OF_ABUSE_HOSPITAL_MENTAL_HEALTH', 'A mental health hospital'],
      ['AREA_OF_ABUSE_HOSPITAL_COMMUNITY', 'A community hospital'], ['AREA_OF_ABUSE_OTHER', 'Somewhere else'],
      [NOT_SENT, 'Not known'],
    ]),
    text('where', 'Which place, and where in it?', 'where'),
  ],
}

const harm: Page = {
  slug: 'harm', title: 'What kind of harm may it be?',
  lead: 'Tick all that may apply. You do not have to be sure.',
  fields: [
    ticks('types', 'Kinds of harm', 'harm.types', [
      ['HARM_TYPE_PHYSICAL', 'Physical', 'Hit, pushed, held down, given the wrong medicine on purpose'],
      ['HARM_TYPE_NEGLECT', 'Neglect', 'Care that was needed was not given'],
      ['HARM_TYPE_PSYCHOLOGICAL', 'Emotional', 'Threats, shouting, being shut out or made to feel small'],
      ['HARM_TYPE_FINANCIAL', 'Money or belongings', 'Theft, fraud, pressure about money'],
      ['HARM_TYPE_SEXUAL', 'Sexual', 'Anything sexual that they did not or could not agree to'],
      ['HARM_TYPE_DOMESTIC_ABUSE', 'Domestic abuse', 'By a partner, an ex-partner or family'],
      ['HARM_TYPE_ORGANISATIONAL', 'The way a service is run', 'Poor care that touches many people'],
      ['HARM_TYPE_DISCRIMINATORY', 'Discrimination', 'Because of who they are'],
      ['HARM_TYPE_SELF_NEGLECT', 'Not looking after themselves'],
      ['HARM_TYPE_SEXUAL_EXPLOITATION', 'Sexual exploitation'], ['HARM_TYPE_MODERN_SLAVERY', 'Modern slavery'],
    ]),
    ticks('topics', 'Was it about any of these?', undefined, TOPICS,
      'We ask a few more questions about each one that you tick.'),
  ],
}

const effect: Page = {
  slug: 'effect', title: 'How has it affected them?',
  fields: [
    choice('actual', 'How badly were they harmed?', 'harm.actual', [
      ['HARM_LEVEL_NONE', 'Not at all'], ['HARM_LEVEL_LOW', 'A little, and it passed'],
      ['HARM_LEVEL_MODERATE', 'They needed help, or it lasted'],
      ['HARM_LEVEL_SERIOUS', 'Badly: an injury, illness or loss that will last'],
      ['HARM_LEVEL_CRITICAL', 'Their life was in danger, or they died'], ['HARM_LEVEL_NOT_KNOWN', 'Not known'],
    ]),
    choice('risked', 'How bad could it have been?', 'harm.risked', [
      ['HARM_LEVEL_NONE', 'No harm'], ['HARM_LEVEL_LOW', 'A little'], ['HARM_LEVEL_MODERATE', 'They would have needed help'],
      ['HARM_LEVEL_SERIOUS', 'Serious'], ['HARM_LEVEL_CRITICAL', 'It could have killed them'],
      ['HARM_LEVEL_NOT_KNOWN', 'Not known'],
    ]),
    yesNo('treatment', 'Do they need medical treatment?', 'harm.treatment_needed'),
    yesNo('unexplained', 'Is there an injury that nobody can explain?', 'harm.injury_unexplained'),
    yesNo('distress', 'Are they upset by it?', 'harm.distress'),
    yesNo('fear', 'Are they afraid?', 'harm.fear'),
    yesNo('permanent', 'Will there be lasting damage?', 'harm.permanent_damage'),
  ],
}

const cause: Page = {
  slug: 'cause', title: 'Who may have caused it?',
  fields: [
    choice('category', 'Who may have caused it?', 'source_of_risk.category', [
      ['SOURCE_CATEGORY_PAID_CARER', 'A paid carer'], ['SOURCE_CATEGORY_SERVICE', 'The service as a whole'],
      ['SOURCE_CATEGORY_OTHER_SERVICE_USER', 'Another person who gets care'], ['SOURCE_CATEGORY_FAMILY', 'Family'],
      ['SOURCE_CATEGORY_PARTNER', 'A partner or ex-partner'], ['SOURCE_CATEGORY_FRIEND_OR_NEIGHBOUR', 'A friend or neighbour'],
      ['SOURCE_CATEGORY_PROFESSIONAL', 'Another professional'], ['SOURCE_CATEGORY_VOLUNTEER', 'A volunteer'],
      ['SOURCE_CATEGORY_STRANGER', 'A stranger'], ['SOURCE_CATEGORY_SELF', 'Nobody else: they do not look after themselves'],
      ['SOURCE_CATEGORY_NOT_KNOWN', 'Not known'],
    ]),
    text('cause_name', 'Their name, if you know it', 'source_of_risk.person_name'),
    yesNo('access', 'Can they still reach the adult?', 'source_of_risk.still_has_access'),
    yesNo('trust', 'Do they work with adults who need care, paid or not?', 'source_of_risk.position_of_trust'),
    yesNo('meant', 'Was it meant, or reckless?', 'source_of_risk.intended_or_reckless'),
    yesNo('crime', 'Could it be a crime?', 'source_of_risk.crime_suspected'),
    yesNo('police', 'Have the police been told?', 'source_of_risk.police_told'),
    text('police_reference', 'Police reference, if there is one', 'source_of_risk.police_reference',
      { width: 'govuk-input--width-20' }),
  ],
}

const before: Page = {
  slug: 'before', title: 'Has something like this happened before?',
  fields: [
    choice('recurrence', 'Has it happened before?', 'pattern.recurrence', [
      ['RECURRENCE_FIRST', 'This is the first time'], ['RECURRENCE_REPEAT', 'It happened before'],
      ['RECURRENCE_PATTERN', 'It happens again and again'], ['RECURRENCE_NOT_KNOWN', 'Not known'],
    ]),
    yesNo('others', 'Were other adults affected?', 'pattern.other_adults_affected'),
    yesNo('children', 'Are there children in the home?', 'pattern.children_in_household'),
    yesNo('same_source', 'Did the same person cause something before?', 'pattern.same_source_before'),
  ],
}

const needs: Page = {
  slug: 'needs', title: 'What help does the adult need?',
  lead: 'The law asks three questions. The council answers them; what you see every day helps it to.',
  fields: [
    yesNo('limb_a', 'Do they need care and support?', 'adults[0].limbs.care_and_support_needs',
      'Whether or not they get any. For example help to wash, dress, eat or stay safe.'),
    text('limb_a_why', 'What do they need help with?', 'adults[0].limbs.care_and_support_needs_evidence'),
    yesNo('limb_b', 'Are they being abused or neglected, or at risk of it?', 'adults[0].limbs.abuse_or_risk'),
    yesNo('limb_c', 'Because of those needs, are they unable to protect themselves from it?',
      'adults[0].limbs.unable_to_protect_self'),
    text('limb_c_why', 'What makes you think so?', 'adults[0].limbs.unable_to_protect_self_evidence'),
  ],
}

const wishes: Page = {
  slug: 'wishes', title: 'What does the adult want?',
  lead: 'Talk to them first if it is safe to. You can report without their consent when others are at risk, a crime may ' +
    'have been done, or they cannot decide for themselves.',
  fields: [
    yesNo('aware', 'Do they know that you are reporting this?', 'adults[0].voice.aware_of_concern'),
    { name: 'wants', kind: 'long', label: 'What do they want to happen?', hint: 'In their own words, if you can.',
      wire: 'adults[0].voice.wants' },
    text('not_asked', 'If you have not asked them: why not?', 'adults[0].voice.not_asked_because'),
    yesNo('consent', 'Do they agree that you tell the council?', 'adults[0].voice.consents_to_sharing'),
    yesNo('capacity', 'Can they decide about this for themselves?', 'adults[0].voice.has_capacity'),
    yesNo('coercion', 'Could somebody be putting pressure on them?', 'adults[0].voice.coercion_suspected'),
  ],
}

const done: Page = {
  slug: 'done', title: 'What have you done so far?',
  fields: [
    yesNo('safe', 'Is the adult safe now?', 'response.adult_safe_now'),
    yesNo('mitigation', 'Have you done something so that it does not happen again?', 'response.mitigation_in_place'),
    text('mitigation_what', 'What have you done?', 'response.mitigation'),
    yesNo('plan', 'Was their care plan followed?', 'response.care_plan_followed'),
    text('explanation', 'Is there an explanation?', 'response.explanation'),
    yesNo('medical', 'Has a doctor or nurse seen them?', 'response.medical_help'),
    yesNo('family', 'Has their family been told?', 'response.family_told'),
    yesNo('cqc', 'Must you tell the Care Quality Commission (CQC)?', 'response.cqc_notifiable',
      'This report does not replace your notification to CQC.'),
  ],
}

const you: Page = {
  slug: 'you', title: 'How can the council reach you?',
  fields: [
    text('your_name', 'Your name', 'referrer.person_name', { autocomplete: 'name' }),
    text('your_job', 'Your job', 'referrer.person_role', { autocomplete: 'organization-title' }),
    text('your_telephone', 'Telephone number', 'referrer.telephone', { autocomplete: 'tel', width: 'govuk-input--width-20' }),
    text('your_email', 'E-mail address', 'referrer.email', { autocomplete: 'email' }),
    text('safe_contact', 'Is there only one safe way to reach you?', 'referrer.safe_contact',
      { hint: 'For example: ring my mobile, leave no message.' }),
    text('fallback', 'Who else can they ask, when you are not there?', 'referrer.fallback_contact'),
  ],
}

export const PAGES: readonly Page[] = [
  danger, managers, adult, happened, when, where, harm,
  ...TOPIC_PAGES.map((p): Page => ({ ...p, when: (a) => listOf(a['topics']).includes(p.slug) })),
  effect, cause, before, needs, wishes, done, you,
]

/** Only its author may see it: a manager may be involved, or nobody knows, or the author wants it so. */
export function isHidden(answers: Record<string, string | string[]>): boolean {
  return textOf(answers['managers']) !== 'ANSWER_NO' || textOf(answers['seen_by']) !== 'everyone'
}
