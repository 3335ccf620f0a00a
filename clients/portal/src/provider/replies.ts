// What a referrer says to a case that is there: more information, a wish to take it back, disagreement, answers to
// what the council asked, and the report of an enquiry that it asked for.
import { type Request, type Response, Router } from 'express'
import { EnquireRequest_What as What, type Notice, WithdrawRequest_Why as Why } from '../../gen/triage/v1/intake_pb.js'
import { errorsOf, refusal, type Wrong } from '../app/problems.js'
import { keptBody } from '../app/security.js'
import type { Services } from '../app/services.js'
import { digestOf, uuid7 } from '../wire/keys.js'
import type { Body } from '../wire/link.js'
import { Enquiries, partsOf, reportOf } from './enquiries.js'
import { fileLimits, supplement, takeFiles } from './files.js'
import { NotTheirs, type Voice, Voices } from './voice.js'

export interface ReplyLink {
  path: string
  text: string
  /** The council asked for it and waits. */
  asked: boolean
}

const WHYS: [Why, string][] = [
  [Why.SENT_IN_ERROR, 'I sent it by mistake'], [Why.ALREADY_KNOWN_TO_COUNCIL, 'The council knew already'],
  [Why.RESOLVED, 'It has been put right'], [Why.ADULT_ASKED, 'The adult asked me to'],
  [Why.MORE_FACTS_CHANGE_IT, 'I know more now, and it looks different'], [Why.OTHER, 'Another reason'],
]
const WHATS: [What, string][] = [[What.ACCEPT, 'We will do it'], [What.REFUSE, 'We cannot do it']]

/** By number: the newest notice that says what is asked. */
function askings(notices: readonly Notice[], codes: readonly string[]): Notice[] {
  const newest = new Map<number, Notice>()
  for (const n of notices) if (codes.includes(n.code) && n.number > 0) newest.set(n.number, n)
  return [...newest.values()]
}
const QUESTIONS = ['info_request']
const ENQUIRIES = ['delegation', 'delegation_returned']

/** What may be said now, by what the council says is open. */
export function linksOf(notices: readonly Notice[], open: ReadonlySet<string>): ReplyLink[] {
  const links: ReplyLink[] = []
  const link = (command: string, path: string, text: string, asked = false): void =>
    void (open.has(command) && links.push({ path, text, asked }))
  for (const n of askings(notices, QUESTIONS)) link('answer', `answer/${n.number}`, 'Answer the council’s questions', true)
  for (const n of askings(notices, ENQUIRIES))
    if (['accept_delegation', 'report_delegation'].some((c) => open.has(c)))
      links.push({ path: `enquiry/${n.number}`, text: 'The enquiry that the council asks you to make', asked: true })
  link('supplement', 'add', 'Add information or files')
  link('challenge', 'challenge', 'Disagree with the decision')
  link('withdraw', 'withdraw', 'Ask to take it back')
  return links
}

interface Reply {
  view: string
  /** The notice that it answers; null: the thread is enough. */
  notice: (notices: Notice[], number: number) => Notice | undefined | null
  /** What travels, of what the form holds; null: what is added, and nothing else. */
  body: ((given: Record<string, string>, reference: string, key: Uint8Array, notice: Notice | null) => Body) | null
  /** Where the council's problems belong; else to `first`. */
  fieldOf: (wire: string) => string | undefined
  first: string
  done: string
  /** Files may go with it. */
  files?: true
}

const byNumber = (codes: readonly string[]) => (notices: Notice[], number: number): Notice | undefined =>
  askings(notices, codes).find((n) => n.number === number)

const REPLIES: Record<string, Reply> = {
  'add': {
    view: 'add', notice: () => null, first: 'text', fieldOf: () => 'text', files: true, body: null,
    done: 'The council has what you added. You will see here when someone has read it.',
  },
  'withdraw': {
    view: 'withdraw', notice: () => null, first: 'why', fieldOf: (wire) => (wire.endsWith('text') ? 'text' : 'why'),
    body: ({ why, text }, reference, key) =>
      ({ case: 'withdraw', value: { key, reference, why: Number(why ?? 0), text: text ?? '' } as never }),
    done: 'The council has your request. Someone reads it and decides; you will hear what they decided.',
  },
  'challenge': {
    view: 'challenge', notice: () => null, first: 'text', fieldOf: () => 'text',
    body: ({ text }, reference, key) => ({ case: 'challenge', value: { key, reference, text: text ?? '' } as never }),
    done: 'The council has it. A manager who had no part in the decision looks at it again and tells you what comes of it.',
  },
  'answer/:number': {
    view: 'answer', notice: byNumber(QUESTIONS), first: 'answer-1', files: true,
    fieldOf: (wire) => {
      const i = /answers\[(\d+)\]/.exec(wire)
      return i ? `answer-${Number(i[1]) + 1}` : undefined
    },
    body: (given, reference, key, notice) => ({ case: 'answer', value: {
      key, reference, number: notice!.number, text: '',
      answers: notice!.asked.map((_, i) => ({ question: i + 1, text: given[`answer-${i + 1}`] ?? '' })).filter((a) => a.text !== ''),
    } as never }),
    done: 'The council has your answers. You will see here when someone has read them.',
  },
  'enquiry/:number/answer': {
    view: 'enquiry-answer', notice: byNumber(ENQUIRIES), first: 'what', fieldOf: (wire) => (wire.endsWith('text') ? 'text' : undefined),
    body: ({ what, text }, reference, key, notice) =>
      ({ case: 'enquire', value: { key, reference, number: notice!.number, what: Number(what ?? 0), text: text ?? '' } as never }),
    done: 'The council has your answer.',
  },
  'enquiry/:number/send': {
    view: 'enquiry-send', notice: byNumber(ENQUIRIES), first: 'send', fieldOf: () => 'send',
    // What was on the screen, should somebody else have changed a part meanwhile.
    body: ({ text }, reference, key, notice) =>
      ({ case: 'enquire', value: { key, reference, number: notice!.number, what: What.REPORT, text: text ?? '' } as never }),
    done: 'The council has your report. You will hear if it needs more.',
  },
}

export class Replies {
  readonly router = Router()
  private readonly voices: Voices

  constructor(private readonly services: Services) {
    this.voices = new Voices(services)
    this.router.use(new Enquiries(services, (req) => this.asked(req, byNumber(ENQUIRIES))).router)
    for (const [path, reply] of Object.entries(REPLIES)) {
      this.router.get(`/concerns/:ref/${path}`, (req, res) => this.form(req, res, reply))
      this.router.post(`/concerns/:ref/${path}`, (req, res) => this.send(req, res, reply))
    }
  }

  /** A partner knows of the question that it was asked, and of nothing else of the case. */
  private async asked(req: Request, find: Reply['notice']): Promise<{ voice: Voice; notice: Notice | null }> {
    const reference = String(req.params['ref'])
    for (const voice of this.voices.of(req.person!)) {
      const notice = find(this.voices.heard(voice).filter((n) => n.reference === reference), Number(req.params['number']))
      if (notice) return { voice, notice }
    }
    const { voice } = await this.voices.thread(req.person!, reference)
    // Whoever was named reads; what is said is the author's, under whose name it goes.
    if (voice.author !== undefined) throw new NotTheirs()
    return { voice, notice: null }
  }

  private async form(req: Request, res: Response, reply: Reply, wrong: Wrong[] = []): Promise<void> {
    const { voice, notice } = await this.asked(req, reply.notice)
    if (notice === null && req.params['number'] !== undefined)
      return void res.status(404).render('message', { title: 'Page not found', text: 'Nothing was asked under that number.' })
    const answers = (req.method === 'POST' ? (req.body as Record<string, unknown>) : keptBody(req)) ?? {}
    // Made with the form, so that sending it twice says it once.
    const key = typeof answers['key'] === 'string' ? answers['key'] : Buffer.from(uuid7()).toString('hex')
    const takesFiles = reply.files === true && (await this.knows(req))
    return res.status(wrong.length > 0 ? 422 : 200).render(`provider/${reply.view}`, { takesFiles, ...fileLimits(this.services),
      reference: req.params['ref'], answers, key, notice, whys: WHYS, whats: WHATS, errors: errorsOf(wrong),
      report: notice ? reportOf(partsOf(this.services, voice, notice)) : '', back: `/concerns/${String(req.params['ref'])}`,
    })
  }

  private async send(req: Request, res: Response, reply: Reply): Promise<void> {
    // Browsers send lines as "\r\n".
    const given = Object.fromEntries(Object.entries(req.body as Record<string, unknown>)
      .map(([name, value]) => [name, String(value).replace(/\r\n/g, '\n')]))
    const { voice, notice } = await this.asked(req, reply.notice)
    if (notice === null && req.params['number'] !== undefined) return this.form(req, res, reply)
    const made = Buffer.from(String(given['key'] ?? ''), 'hex')
    const key = made.length === 16 ? made : uuid7()
    const reference = String(req.params['ref'])
    const { kept, wrong } = reply.files ? takeFiles(this.services, req, 0) : { kept: [], wrong: [] }
    const again = (why: Wrong[]): Promise<void> => {
      kept.forEach((file) => this.services.files.forget(file))
      return this.form(req, res, reply, why)
    }
    if (wrong.length > 0) return again(wrong)
    try {
      if (reply.body) await this.voices.link(voice).command(reply.body(given, reference, key, notice), { commandId: key })
      if (!reply.body) await supplement(this.services, voice.profile, reference, key, given['text'] ?? '', kept)
      // With a key that the answer's own makes: sent again, neither is said twice.
      else if (kept.length > 0) await supplement(this.services, voice.profile, reference, digestOf(key).subarray(0, 16), '', kept)
    } catch (e) {
      return again(refusal(e, reply.fieldOf, reply.first))
    }
    req.session.flash = reply.done
    return res.redirect(303, (await this.knows(req)) ? `/concerns/${reference}` : '/concerns')
  }

  /** Whether the case itself is theirs to see. */
  private knows(req: Request): Promise<boolean> {
    return this.voices.thread(req.person!, String(req.params['ref'])).then(() => true, () => false)
  }
}
