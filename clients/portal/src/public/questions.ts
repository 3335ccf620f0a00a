// What somebody without an account is asked: fewer questions, in fewer words.  None of them must be answered but
// what happened and to whom.
import { choice, type Page, text, textOf, yesNo } from '../provider/fields.js'
import { PAGES as ALL } from '../provider/questions.js'

const SELF = 'SOURCE_TYPE_ADULT_SELF'

function of(slug: string): Page {
  return ALL.find((p) => p.slug === slug)!
}

const who: Page = {
  slug: 'who', title: 'Who are you telling us about?',
  fields: [choice('source', 'Who are you telling us about?', 'source_type', [
    [SELF, 'Myself'], ['SOURCE_TYPE_FAMILY_OR_FRIEND', 'Someone in my family, or a friend'],
    ['SOURCE_TYPE_PUBLIC', 'A neighbour or someone else'],
  ])],
}

const adult: Page = {
  slug: 'adult', title: 'The person who may be harmed',
  lead: 'Fill in what you know. Leave the rest empty.',
  fields: [
    text('adult_name', 'Name', 'adults[0].name', { hint: 'If you do not know it, say how we can tell who it is.' }),
    { name: 'born', kind: 'date', label: 'Date of birth', hint: 'For example, 28 5 1941. The year alone will do.',
      wire: 'adults[0].date_of_birth' },
    text('address', 'Where they live', 'adults[0].address'),
    text('postcode', 'Postcode', 'adults[0].postcode', { width: 'govuk-input--width-10' }),
    text('needs', 'What do they need help with?', 'adults[0].limbs.care_and_support_needs_evidence',
      { hint: 'For example: washing, eating, remembering, staying safe.' }),
  ],
}

const now: Page = {
  slug: 'now', title: 'How are they now?',
  fields: [
    yesNo('treatment', 'Do they need a doctor or nurse?', 'harm.treatment_needed'),
    yesNo('fear', 'Are they afraid?', 'harm.fear'),
    yesNo('access', 'Can the person who did it still reach them?', 'source_of_risk.still_has_access'),
    yesNo('police', 'Have the police been told?', 'source_of_risk.police_told'),
    text('cause', 'Who may have done it?', 'source_of_risk.description', { hint: 'Leave it empty if you do not know.' }),
  ],
}

const wishes: Page = {
  slug: 'wishes', title: 'What do they want?',
  fields: [
    yesNo('aware', 'Do they know that you are telling us?', 'adults[0].voice.aware_of_concern'),
    { name: 'wants', kind: 'long', label: 'What do they want to happen?', wire: 'adults[0].voice.wants' },
  ],
  when: (answers) => textOf(answers['source']) !== SELF,
}

const wants: Page = {
  slug: 'wants', title: 'What do you want to happen?',
  fields: [{ name: 'wants', kind: 'long', label: 'What do you want to happen?', wire: 'adults[0].voice.wants' }],
  when: (answers) => textOf(answers['source']) === SELF,
}

const contact: Page = {
  slug: 'contact', title: 'How can we reach you safely?',
  lead: 'You do not have to say who you are. If you do, we can ask when something is not clear.',
  fields: [
    text('your_name', 'Your name', 'referrer.person_name', { autocomplete: 'name' }),
    text('your_telephone', 'Telephone number', 'referrer.telephone', { autocomplete: 'tel', width: 'govuk-input--width-20' }),
    text('your_email', 'E-mail address', 'referrer.email', { autocomplete: 'email' }),
    text('safe_contact', 'What is the safe way to reach you?', 'referrer.safe_contact',
      { hint: 'For example: text me, do not ring. We use no other way.' }),
    text('safe_times', 'When is it safe?', 'referrer.safe_contact_times'),
  ],
}

export const PUBLIC_PAGES: readonly Page[] =
  [of('danger'), who, adult, of('happened'), of('when'), now, wishes, wants, contact]
