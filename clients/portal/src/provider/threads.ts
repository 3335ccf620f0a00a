// What was sent: the list, each thread's timeline with everything that the council told, and what may be said to it.
import { type Request, type Response, Router } from 'express'
import { CaseState } from '../../gen/triage/v1/common_pb.js'
import { WithdrawRequest_Why as Why } from '../../gen/triage/v1/intake_pb.js'
import { errorsOf, refusal, type Wrong } from '../app/problems.js'
import { keptBody } from '../app/security.js'
import type { Services } from '../app/services.js'
import { uuid7 } from '../wire/keys.js'
import { type Drafts, titleOf } from './drafts.js'
import { type Thread, Voices } from './voice.js'

const DECIDED = new Set([CaseState.DECIDED_MET, CaseState.HANDOVER_OFFERED, CaseState.ENQUIRY, CaseState.ENQUIRY_REVIEW,
  CaseState.DECIDED_NOT_MET, CaseState.OTHER_ENQUIRY, CaseState.FORWARDED, CaseState.CLOSED])

const WHYS: [Why, string][] = [
  [Why.SENT_IN_ERROR, 'I sent it by mistake'], [Why.ALREADY_KNOWN_TO_COUNCIL, 'The council knew already'],
  [Why.RESOLVED, 'It has been put right'], [Why.ADULT_ASKED, 'The adult asked me to'],
  [Why.MORE_FACTS_CHANGE_IT, 'I know more now, and it looks different'], [Why.OTHER, 'Another reason'],
]

/** Notices of a decision, which carry the three questions. */
function isDecision(code: string): boolean {
  return code === 'met' || code === 'not_met' || code === 'other' || code === 'forwarded'
}

export class Threads {
  readonly router = Router()
  private readonly voices: Voices

  constructor(services: Services, private readonly drafts: Drafts) {
    this.voices = new Voices(services)
    const r = this.router
    r.get('/concerns', (req, res) => this.list(req, res))
    r.get('/concerns/:ref/sent', (req, res) => this.sent(req, res))
    r.get('/concerns/:ref', (req, res) => this.thread(req, res))
    r.get('/concerns/:ref/add', (req, res) => this.form(req, res, 'add'))
    r.post('/concerns/:ref/add', (req, res) => this.add(req, res))
    r.get('/concerns/:ref/withdraw', (req, res) => this.form(req, res, 'withdraw'))
    r.post('/concerns/:ref/withdraw', (req, res) => this.withdraw(req, res))
  }

  private async list(req: Request, res: Response): Promise<void> {
    const person = req.person!
    const show = String(req.query['show'] ?? 'all')
    const all = await this.voices.threads(person)
    const threads = all.filter((t) => show === 'all' || DECIDED.has(t.brief.state) === (show === 'decided'))
    const drafts = this.drafts.of(person.id).map((d) => ({ ...d, title: titleOf(d) }))
    res.render('provider/concerns', { threads, drafts, show, total: all.length, organisation: this.voices.organisation(person) })
  }

  private find(req: Request): Promise<Thread> {
    return this.voices.thread(req.person!, String(req.params['ref']))
  }

  private async sent(req: Request, res: Response): Promise<void> {
    const thread = await this.find(req)
    const notices = this.voices.notices(thread)
    this.voices.shown(thread, notices.slice(0, 1), req.person!)
    res.render('provider/sent', { thread, first: notices[0] })
  }

  private async thread(req: Request, res: Response): Promise<void> {
    const thread = await this.find(req)
    const notices = this.voices.notices(thread)
    this.voices.shown(thread, notices, req.person!)
    const decision = notices.filter((n) => isDecision(n.code)).at(-1)
    res.render('provider/thread', { thread, notices: [...notices].reverse(), decision, now: BigInt(Date.now()) })
  }

  private async form(req: Request, res: Response, what: 'add' | 'withdraw', wrong: Wrong[] = []): Promise<void> {
    const thread = await this.find(req)
    const answers = (req.method === 'POST' ? (req.body as Record<string, unknown>) : keptBody(req)) ?? {}
    // Made with the form, so that sending it twice says it once.
    const key = typeof answers['key'] === 'string' ? answers['key'] : Buffer.from(uuid7()).toString('hex')
    res.status(wrong.length > 0 ? 422 : 200)
      .render(`provider/${what}`, { thread, answers, key, whys: WHYS, errors: errorsOf(wrong) })
  }

  private key(req: Request): Uint8Array {
    const key = Buffer.from(String((req.body as { key?: string }).key ?? ''), 'hex')
    return key.length === 16 ? key : uuid7()
  }

  private async add(req: Request, res: Response): Promise<void> {
    const { text } = req.body as { text?: string }
    const thread = await this.find(req)
    const field = (wire: string): string | undefined => (wire.endsWith('text') ? 'text' : undefined)
    try {
      await this.voices.link(thread.voice).fetch('case', { case: 'supplement', value: {
        key: this.key(req), reference: thread.brief.reference, text: text ?? '', concern: new Uint8Array() } as never })
    } catch (e) {
      return this.form(req, res, 'add', refusal(e, field, 'text'))
    }
    req.session.flash = 'The council has what you added. You will see here when someone has read it.'
    return res.redirect(303, `/concerns/${thread.brief.reference}`)
  }

  private async withdraw(req: Request, res: Response): Promise<void> {
    const { why, text } = req.body as { why?: string; text?: string }
    const thread = await this.find(req)
    const field = (wire: string): string | undefined =>
      wire.endsWith('.why') ? 'why' : wire.endsWith('.text') ? 'text' : undefined
    try {
      await this.voices.link(thread.voice).fetch('case', { case: 'withdraw', value: {
        key: this.key(req), reference: thread.brief.reference, why: Number(why ?? 0), text: text ?? '' } as never })
    } catch (e) {
      return this.form(req, res, 'withdraw', refusal(e, field, 'why'))
    }
    req.session.flash = 'The council has your request. Someone reads it and decides; you will hear what they decided.'
    return res.redirect(303, `/concerns/${thread.brief.reference}`)
  }
}
