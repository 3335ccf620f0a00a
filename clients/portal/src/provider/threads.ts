// What was sent: the list, each thread's timeline with everything that the council told, and what may be said to it.
import { type Request, type Response, Router } from 'express'
import { CaseState } from '../../gen/triage/v1/common_pb.js'
import type { Services } from '../app/services.js'
import type { Account } from '../app/accounts.js'
import { UNREAD } from '../wire/notices.js'
import { Circles } from './circles.js'
import { type Drafts, titleOf } from './drafts.js'
import { FILE_WORDS } from './files.js'
import { namesOf, type People } from './people.js'
import { linksOf, type ReplyLink } from './replies.js'
import { type Thread, type Voice, Voices } from './voice.js'

const DECIDED = new Set([CaseState.DECIDED_MET, CaseState.HANDOVER_OFFERED, CaseState.ENQUIRY, CaseState.ENQUIRY_REVIEW,
  CaseState.DECIDED_NOT_MET, CaseState.OTHER_ENQUIRY, CaseState.FORWARDED, CaseState.CLOSED])

const HINTS = 5
const PAGE = 50
/** Of the newest cases about which something was asked. */
const ASKED_MAX = 50
/** So long a colleague's unread decision is shown: the council rings long before. */
const UNREAD_MS = 14n * 86_400_000n

/** Notices of a decision, which carry the three questions. */
function isDecision(code: string): boolean {
  return code === 'met' || code === 'not_met' || code === 'other' || code === 'forwarded'
}

export class Threads {
  readonly router = Router()
  private readonly voices: Voices
  private readonly circles: Circles

  constructor(private readonly services: Services, private readonly drafts: Drafts, private readonly people: People) {
    this.voices = new Voices(services)
    this.circles = new Circles(services)
    const r = this.router
    r.get('/concerns', (req, res) => this.list(req, res))
    r.get('/concerns/:ref/sent', (req, res) => this.sent(req, res))
    r.get('/concerns/:ref', (req, res) => this.thread(req, res))
    r.get('/organisation', (req, res) => this.organisation(req, res))
  }

  private async list(req: Request, res: Response): Promise<void> {
    const person = req.person!
    const show = String(req.query['show'] ?? 'all')
    const all = await this.voices.threads(person)
    const threads = all.filter((t) => show === 'all' || DECIDED.has(t.brief.state) === (show === 'decided'))
    const drafts = this.drafts.of(person.id).map((d) => ({ ...d, title: titleOf(d) }))
    const asks = show === 'all' ? await this.waitingForYou(req) : []
    const pages = Math.max(1, Math.ceil(threads.length / PAGE))
    const page = Math.min(pages, Math.max(1, Math.floor(Number(req.query['page'])) || 1))
    const at = (n: number): string => `/concerns?show=${encodeURIComponent(show)}&page=${n}`
    const shown = threads.slice((page - 1) * PAGE, page * PAGE).map((t) => ({ ...t, seenBy: this.seenBy(t, person) }))
    res.render('provider/concerns', { threads: shown, drafts, others: this.people.draftsFor(person), asks,
      unread: show === 'all' ? this.unread(person) : [], pages, page,
      before: page > 1 ? at(page - 1) : '', after: page < pages ? at(page + 1) : '', show, total: all.length, organisation: this.voices.organisation(person) })
  }

  /** Of a thread that not everybody here sees: who does; else empty. */
  private seenBy({ voice, brief }: Thread, person: Account): string {
    if (voice.author !== undefined) return `${voice.author} shows you this`
    if (!voice.own) return ''
    const names = namesOf(this.circles.of({ kind: 'thread', id: brief.reference, author: person.id }))
    return names === '' ? 'Only you see this' : `You and ${names} see this`
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
    const open = await this.voices.open(thread.voice, thread.brief.reference)
    const { files } = await this.voices.link(thread.voice)
      .fetch('files', { case: 'files', value: { reference: thread.brief.reference } as never })
    res.render('provider/thread', { files: files.map((f) => ({ name: f.name, words: FILE_WORDS[f.state] })),
      troubles: this.services.files.troubles(thread.brief.reference), thread, seenBy: this.seenBy(thread, req.person!), notices: [...notices].reverse(), decision, links: linksOf(notices, open) })
  }

  /** What the council asked this person's side and still waits for, of cases that may be others'. */
  private async waitingForYou(req: Request): Promise<{ reference: string; links: ReplyLink[] }[]> {
    const asked = this.voices.of(req.person!).flatMap((voice) => {
      const notices = this.voices.heard(voice).filter((n) => n.number > 0)
      const references = [...new Set(notices.map((n) => n.reference).reverse())].slice(0, ASKED_MAX)
      return references.map((reference) => ({ voice, reference, notices: notices.filter((n) => n.reference === reference) }))
    })
    const found = await Promise.all(asked.map(async ({ voice, reference, notices }) => ({
      reference, links: linksOf(notices, await this.voices.open(voice, reference)).filter((l) => l.asked),
    })))
    return found.filter((f) => f.links.length > 0)
  }

  /** Decisions on what others sent that nobody has opened, of which this person's keys heard as a second address. */
  private unread(person: Account): { reference: string; text: string; atMs: bigint }[] {
    const since = BigInt(Date.now()) - UNREAD_MS
    return this.voices.of(person).flatMap((voice) => this.voices.heard(voice)).filter((n) => n.code === UNREAD && n.atMs > since)
      .map(({ reference, text, atMs }) => ({ reference, text, atMs })).reverse()
  }

  /** What the council had to ask about most often: worth knowing before the next concern. */
  private hints(req: Request): [string, number][] {
    const counts = new Map<string, number>()
    for (const voice of this.voices.of(req.person!).filter((v) => !v.own))
      for (const n of this.voices.heard(voice)) if (n.code === 'screened')
        for (const question of n.missing) counts.set(question, (counts.get(question) ?? 0) + 1)
    return [...counts].sort((a, b) => b[1] - a[1]).slice(0, HINTS)
  }

  /** As the council named it when it was greeted. */
  private key(voice: Voice, whom: string): { name: string; whom: string; up: boolean } {
    const link = this.voices.link(voice)
    return { name: link.greeting?.principal ?? 'not known yet', whom, up: link.isUp }
  }

  /** Its people and its own record.  Counts alone: rates teach people to report less. */
  private async organisation(req: Request, res: Response): Promise<void> {
    const person = req.person!
    const organisation = this.voices.organisation(person)
    const threads = (await this.voices.threads(person)).filter((t) => !t.voice.own)
    const decided = threads.filter((t) => DECIDED.has(t.brief.state)).length
    const asks = (await this.waitingForYou(req)).length
    res.render('provider/organisation', {
      organisation, sent: threads.length, decided, waiting: threads.length - decided, asks,
      hints: this.hints(req), keys: this.voices.of(person).map((voice) => this.key(voice, voice.own ? 'what only you see' : organisation.name)),
      people: this.services.accounts.all().filter((a) => a.organisation === organisation.id),
    })
  }
}
