// What tests of the staff's pages share: concerns that came in, and the forms that staff fill in.
import { fromJson } from '@bufbuild/protobuf'
import { Answer } from '../gen/triage/v1/common_pb.js'
import { SafeguardingConcernSchema } from '../gen/triage/v1/concern_pb.js'
import { bytesOf } from '../src/provider/concern.js'
import type { Visitor } from './browser.js'
import type { Council } from './council.js'

let greens = 0

/** A bruise that nobody can explain, by somebody who still has access: red. */
export const RED = {
  source_type: 'SOURCE_TYPE_CARE_PROVIDER', what_happened: 'Grip marks on both arms. The night carer is alone on shift tonight.',
  adults: [{ name: 'Ada Fernsby', date_of_birth: '1941-05-28', limbs: {
    care_and_support_needs: 'ANSWER_YES', abuse_or_risk: 'ANSWER_YES', unable_to_protect_self: 'ANSWER_YES' } }],
  harm: { types: ['HARM_TYPE_PHYSICAL'], actual: 'HARM_LEVEL_SERIOUS', risked: 'HARM_LEVEL_CRITICAL', immediate_danger: 'ANSWER_YES' },
  source_of_risk: { category: 'SOURCE_CATEGORY_PAID_CARER', still_has_access: 'ANSWER_YES', position_of_trust: 'ANSWER_YES' },
  referrer: { management_may_be_involved: 'ANSWER_NO' },
}
/** A slip that was put right, about somebody new each time. */
export function green(): object {
  return {
    source_type: 'SOURCE_TYPE_CARE_PROVIDER', what_happened: 'A tablet was given an hour late and the doctor was told.',
    adults: [{ name: `Olive Turnstile ${++greens}`, limbs: {
      care_and_support_needs: 'ANSWER_YES', abuse_or_risk: 'ANSWER_NO', unable_to_protect_self: 'ANSWER_YES' } }],
    harm: { types: ['HARM_TYPE_NEGLECT'], actual: 'HARM_LEVEL_NONE', risked: 'HARM_LEVEL_LOW', immediate_danger: 'ANSWER_NO',
      treatment_needed: 'ANSWER_NO', distress: 'ANSWER_NO', fear: 'ANSWER_NO' },
    pattern: { recurrence: 'RECURRENCE_FIRST', other_adults_affected: 'ANSWER_NO' },
    response: { care_plan_followed: 'ANSWER_YES', mitigation_in_place: 'ANSWER_YES', adult_safe_now: 'ANSWER_YES' },
    referrer: { management_may_be_involved: 'ANSWER_NO' },
  }
}

/** Sends it under Rosewood House's key; the reference. */
export async function report(council: Council, concern: object): Promise<string> {
  const profile = council.services.config.organisations.get('rosewood-house')!.profile
  const bytes = bytesOf(fromJson(SafeguardingConcernSchema, concern as never))
  const fate = await council.services.outbox.fate(council.services.outbox.put(profile, bytes, Answer.NOT_KNOWN), 60_000)
  if (fate.state !== 'received') throw new Error(`not received: ${fate.state}`)
  return fate.receipt.adults[0]!.reference
}

/** Says why, and is at the case. */
export async function open(v: Visitor, reference: string, why = 'To decide whether to take it'): Promise<void> {
  await v.go(`/case/${reference}`)
  if ((await v.heading()).startsWith('Why')) {
    await v.tick('Why do you open this case?', why)
    await v.press('Open the case')
  }
}

const WORDS: Record<string, string> = {
  'What do you tell them?': 'We looked into it with you. It was an accident.', 'Where else can they turn?': 'Your falls team can advise.',
  'Your reason, for the record': 'As recorded in the notes.', 'What was done about safety now, or why is nothing needed?': 'Seen today, and safe.',
  'What does the adult want, or why were they not asked?': 'To stay at home.',
}

/** Goes through a decision up to its check page: by question and answer, with words where words are asked; `look`: pages held against axe. */
export async function decide(v: Visitor, answers: Record<string, string>, look: string[] = []): Promise<void> {
  await v.follow('Decide')
  for (let title = await v.heading(); !title.startsWith('Check'); title = await v.heading()) {
    for (const question of await v.groups()) if (answers[question]) await v.tick(question, answers[question]!)
    for (const box of await v.page.getByRole('main').locator('textarea').all()) {
      const label = await v.page.locator(`label[for="${await box.getAttribute('id')}"]`).innerText()
      await box.fill(WORDS[label.trim()] ?? 'What was seen and written down on the day.')
    }
    if (look.some((slug) => v.page.url().endsWith(slug))) await v.sound()
    await v.press('Continue')
    if (await v.heading() === title) throw new Error(`stayed: ${await v.text()}`)
  }
}

/** A form by its labels: ticks where the label is a question with choices, words elsewhere. */
export async function fill(v: Visitor, given: Record<string, string>): Promise<void> {
  const groups = new Set(await v.groups())
  for (const [label, answer] of Object.entries(given))
    if (groups.has(label)) await v.tick(label, answer)
    else if (await v.page.locator('select').and(v.page.getByLabel(label, { exact: true })).count()) await v.choose(label, answer)
    else await v.fill(label, answer)
}
