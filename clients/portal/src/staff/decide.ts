// A decision, question by question: nothing is ticked beforehand, each answer with what it rests on, and at the end
// what the referrer will read.  Whether it takes a second person is the council's to say.
import { toJson } from '@bufbuild/protobuf'
import { createHash } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { CaseState } from '../../gen/triage/v1/common_pb.js'
import { type DecideRequest, DecideRequestSchema } from '../../gen/triage/v1/desk_pb.js'
import { errorsOf, inPages, type Wrong } from '../app/problems.js'
import { keptBody } from '../app/security.js'
import type { Services } from '../app/services.js'
import { type Answers, choice, inWords, readForm, textOf, yesNo } from '../provider/fields.js'
import type { Act, ActField } from './acts.js'
import type { Holds } from './holds.js'
import { intention, refused, requestOf, versionNow } from './request.js'

interface Step {
  slug: string
  title: string
  lead?: string
  fields: readonly ActField[]
  when?: (answers: Answers) => boolean
}

const outcome = (a: Answers): string => textOf(a['outcome'])
const isMet = (a: Answers): boolean => outcome(a) === 'OUTCOME_MET'
const isForward = (a: Answers): boolean => outcome(a) === 'OUTCOME_FORWARD'
const isRefusal = (a: Answers): boolean => outcome(a) !== '' && !isMet(a)
const isOpen = (a: Answers): boolean => ['a', 'b', 'c'].some((q) => textOf(a[q]) === 'ANSWER_NOT_KNOWN')
const long = (name: string, label: string, wire: string, hint?: string): ActField =>
  ({ name, kind: 'long', label, wire, ...(hint ? { hint } : {}) })
const flag = (name: string, label: string, sentence: string): ActField =>
  ({ name, kind: 'ticks', label, wire: name, as: 'flag', choices: [{ value: 'true', text: sentence }] })

function question(slug: string, name: string, title: string, wire: string, lead: string): Step {
  return { slug, title, lead, fields: [yesNo(name, title, `questions.${wire}`),
    long(`${name}_because`, 'What does your answer rest on?', `questions.${wire}_because`,
      'What was said or seen, and by whom. It is told with the decision.')] }
}

export const STEPS: readonly Step[] = [
  question('needs', 'a', 'Does the adult need care and support?', 'care_and_support_needs',
    'Question 1 of 3: Care Act 2014, section 42(1)(a). Whether or not the council meets any of those needs.'),
  question('abuse', 'b', 'Are they being abused or neglected, or at risk of it?', 'abuse_or_risk',
    'Question 2 of 3: section 42(1)(b).'),
  question('protect', 'c', 'Because of those needs, are they unable to protect themselves?', 'unable_to_protect_self',
    'Question 3 of 3: section 42(1)(c).'),
  { slug: 'outcome', title: 'What do you decide?', fields: [choice('outcome', 'What do you decide?', 'outcome', [
    ['OUTCOME_MET', 'A section 42 enquiry'], ['OUTCOME_NOT_MET', 'Not a section 42 enquiry'],
    ['OUTCOME_OTHER_ENQUIRY', 'Another enquiry, outside section 42'], ['OUTCOME_FORWARD', 'It belongs to another service']])] },
  { slug: 'suspicion', title: 'An answer is not known', when: (a) => isMet(a) && isOpen(a),
    lead: 'The duty can be met all the same, where there is reasonable cause to suspect it.',
    fields: [flag('reasonable_suspicion', 'Is there reasonable cause to suspect?', 'There is reasonable cause to suspect that the answer is yes')] },
  { slug: 'not-met', title: 'Why is it not a section 42 enquiry?', when: isRefusal, fields: [
    choice('not_met_reason', 'Why is it not a section 42 enquiry?', 'not_met_reason', [
      ['NOT_MET_REASON_NO_CARE_NEEDS', 'No needs for care and support', 'Question 1 is answered no'],
      ['NOT_MET_REASON_NO_ABUSE_OR_RISK', 'No abuse or neglect, and no risk of it', 'Question 2 is answered no'],
      ['NOT_MET_REASON_CAN_PROTECT_SELF', 'They can protect themselves', 'Question 3 is answered no'],
      ['NOT_MET_REASON_OUTSIDE_S42', 'A prison or approved premises'], ['NOT_MET_REASON_UNDER_18', 'They are under 18'],
      ['NOT_MET_REASON_OTHER_AREA', 'Another council’s area']])] },
  { slug: 'forward', title: 'Which service takes it?', when: isForward, fields: [
    choice('forward_to', 'Which service takes it?', 'forward_to', [
      ['FORWARD_TO_OTHER_COUNCIL', 'Another council'], ['FORWARD_TO_CHILDREN', 'Children’s services'],
      ['FORWARD_TO_COMPLAINTS', 'Complaints'], ['FORWARD_TO_CARE_ASSESSMENT', 'Care assessment'],
      ['FORWARD_TO_QUALITY_TEAM', 'The quality team'], ['FORWARD_TO_HEALTH', 'Health'], ['FORWARD_TO_OTHER', 'Another service']]),
    { name: 'forward_name', kind: 'text', label: 'Who has it there, and how are they reached?', wire: 'forward_name' },
    flag('birth_date_confirmed', 'Under 18?', 'Somebody confirmed the birth date: they are under 18')] },
  { slug: 'safety', title: 'Safety now', when: (a) => outcome(a) !== '', fields: [
    long('safety', 'What was done about safety now, or why is nothing needed?', 'safety')] },
  { slug: 'adult', title: 'The adult’s own voice', when: isMet, fields: [
    long('wishes', 'What does the adult want, or why were they not asked?', 'wishes'),
    yesNo('has_capacity', 'Can they decide about this for themselves?', 'has_capacity')] },
  { slug: 'reason', title: 'Your reason, for the record', fields: [
    long('reason', 'Your reason, for the record', 'reason', 'The team and auditors read it. The referrer does not.')] },
  { slug: 'tell', title: 'What do you tell who reported it?', lead: 'They read these words. Say what was decided and why, plainly.', fields: [
    long('tell', 'What do you tell them?', 'tell'),
    long('signpost', 'Where else can they turn?', 'signpost', 'Or that nothing else was found.')] },
]

const CHOICES = STEPS.flatMap((s) => s.fields).filter((f) => f.kind === 'choice')

/** A decision that somebody proposed, for whoever must agree to it: each question with what was answered. */
export function inFull(proposed: DecideRequest): { label: string; words: string }[] {
  const found = toJson(DecideRequestSchema, proposed, { useProtoFieldName: true }) as Record<string, unknown>
  const at = (wire: string): unknown => wire.split('.').reduce<unknown>((o, name) => (o as Record<string, unknown> | undefined)?.[name], found)
  return STEPS.flatMap((s) => s.fields).flatMap((f) => {
    const value = f.wire ? at(f.wire) : undefined
    if (value === undefined || value === '') return []
    const choice = CHOICES.includes(f) ? f.choices?.find((c) => c.value === value)?.text : undefined
    return [{ label: f.label, words: choice ?? (value === true ? 'Yes' : String(value)) }]
  })
}

const DECIDE: Act = { command: 'decide', body: 'decide', title: 'Decide', fields: [] }

interface Draft {
  answers: Answers
  intention: string
  version: number
}

export class Decisions {
  readonly router = Router()

  constructor(private readonly services: Services, private readonly holds: Holds) {
    services.vault.sweep('decisions', 30 * 86_400_000)
    const r = this.router
    r.get('/case/:ref/decide', (req, res) => this.begin(req, res))
    r.get('/case/:ref/decide/check', (req, res) => this.check(req, res))
    r.post('/case/:ref/decide/check', (req, res) => this.send(req, res))
    r.get('/case/:ref/decide/:slug', (req, res) => this.step(req, res))
    r.post('/case/:ref/decide/:slug', (req, res) => this.answer(req, res))
  }

  private id(req: Request): string {
    return createHash('sha256').update(`${req.person!.worker} ${String(req.params['ref'])}`).digest('hex')
  }
  private draft(req: Request): Draft | null {
    return this.services.vault.read<Draft>('decisions', this.id(req))
  }
  private keep(req: Request, draft: Draft): void {
    this.services.vault.write('decisions', this.id(req), draft)
  }
  private base(req: Request): string {
    return `/case/${String(req.params['ref'])}`
  }

  private asked(answers: Answers): Step[] {
    return STEPS.filter((s) => s.when?.(answers) ?? true)
  }

  private async begin(req: Request, res: Response): Promise<void> {
    const { version, actions } = await this.services.desk().fetch('actions',
      { case: 'actions', value: { reference: String(req.params['ref']) } as never }, { worker: req.person!.worker })
    const action = actions.find((a) => a.command === 'decide')
    if (action && !action.open)
      return void res.status(409).render('message', { title: 'That cannot be done now', text: inPages(action.whyNot), again: this.base(req) })
    // What was written before stays; the sight of the case is a new one.
    this.keep(req, { answers: this.draft(req)?.answers ?? {}, intention: intention(), version })
    return res.redirect(303, `${this.base(req)}/decide/${STEPS[0]!.slug}`)
  }

  private step(req: Request, res: Response, wrong: Wrong[] = [], typed?: Answers): void {
    const draft = this.draft(req)
    if (!draft) return res.redirect(303, `${this.base(req)}/decide`)
    const steps = this.asked(draft.answers)
    const i = steps.findIndex((s) => s.slug === req.params['slug'])
    const step = steps[i]
    if (!step) return void res.status(404).render('message', { title: 'Page not found', text: 'There is no such question.' })
    const kept = keptBody(req)
    res.status(wrong.length > 0 ? 422 : 200).render('staff/step', {
      step, reference: req.params['ref'], answers: typed ?? (kept ? readForm(step.fields, kept) : draft.answers), errors: errorsOf(wrong),
      back: i > 0 ? `${this.base(req)}/decide/${steps[i - 1]!.slug}` : this.base(req),
    })
  }

  private answer(req: Request, res: Response): void {
    const draft = this.draft(req)
    const step = STEPS.find((s) => s.slug === req.params['slug'])
    if (!draft || !step) return this.step(req, res)
    const typed = readForm(step.fields, req.body as Record<string, unknown>)
    draft.answers = { ...draft.answers, ...typed }
    this.keep(req, draft)
    const unanswered = step.fields.find((f) => f.kind === 'choice' && textOf(typed[f.name]) === '')
    if (unanswered) return this.step(req, res, [{ field: unanswered.name, text: `${unanswered.label} Choose an answer: none is chosen for you` }], typed)
    const steps = this.asked(draft.answers)
    const next = steps[steps.findIndex((s) => s.slug === step.slug) + 1]
    return res.redirect(303, `${this.base(req)}/decide/${next && req.query['change'] === undefined ? next.slug : 'check'}`)
  }

  private check(req: Request, res: Response, wrong: Wrong[] = []): void {
    const draft = this.draft(req)
    if (!draft) return res.redirect(303, `${this.base(req)}/decide`)
    const { answers } = draft
    const number = (name: string): number => ['', 'ANSWER_YES', 'ANSWER_NO', 'ANSWER_NOT_KNOWN'].indexOf(textOf(answers[name]))
    res.status(wrong.length > 0 ? 422 : 200).render('staff/decide', {
      reference: req.params['ref'], errors: errorsOf(wrong), back: this.base(req), answers,
      sections: this.asked(answers).map((step) => ({ step, rows: step.fields.map((f) => ({ label: f.label, words: inWords(f, answers) })) })),
      preview: {
        outcome: inWords(STEPS.find((s) => s.slug === 'outcome')!.fields[0]!, answers),
        questions: {
          careAndSupportNeeds: number('a'), careAndSupportNeedsBecause: answers['a_because'], abuseOrRisk: number('b'),
          abuseOrRiskBecause: answers['b_because'], unableToProtectSelf: number('c'), unableToProtectSelfBecause: answers['c_because'],
        },
      },
    })
  }

  private async send(req: Request, res: Response): Promise<void> {
    const draft = this.draft(req)
    if (!draft) return res.redirect(303, `${this.base(req)}/decide`)
    const reference = String(req.params['ref'])
    const { worker } = req.person!
    const steps = this.asked(draft.answers)
    const fields = steps.flatMap((s) => s.fields)
    const sight = { reference, version: draft.version, token: this.holds.token(worker, reference) }
    try {
      const reply = await this.services.desk().command(requestOf(DECIDE, fields, draft.answers, sight, 0),
        { worker, commandId: Buffer.from(draft.intention, 'hex') })
      const waits = reply.body.case === 'case' && reply.body.value.case?.state === CaseState.IN_TRIAGE
      req.session.flash = waits
        ? 'Your decision waits for a second person: a manager reads it and agrees or disagrees.'
        : 'Decided. Whoever reported it is told.'
    } catch (e) {
      const wrong = refused(e, fields, 'send').map((w) => ({ ...w, field: this.place(steps, w.field) }))
      const version = versionNow(e)
      this.keep(req, { ...draft, intention: intention(), version: version ?? draft.version })
      return this.check(req, res, wrong)
    }
    this.services.vault.remove('decisions', this.id(req))
    return res.redirect(303, `/case/${reference}`)
  }

  /** The part of the check page that a field is on. */
  private place(steps: readonly Step[], field: string): string {
    const step = steps.find((s) => s.fields.some((f) => f.name === field))
    return step ? `step-${step.slug}` : 'send'
  }
}
