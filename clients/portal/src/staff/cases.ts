// One case: who looks and why, what was said, what the rules made of it, what happened, what may be done now.
import { type Request, type Response, Router } from 'express'
import { FileState } from '../../gen/triage/v1/attachment_pb.js'
import { Colour, Status } from '../../gen/triage/v1/common_pb.js'
import { type CaseReport, type LinksReply, TeamKind, type TimelineEntry } from '../../gen/triage/v1/desk_pb.js'
import { COLOUR_WORDS } from '../app/views.js'
import { errorsOf, inPages, type Wrong } from '../app/problems.js'
import { keptBody } from '../app/security.js'
import type { Services } from '../app/services.js'
import { type Choice, readForm } from '../provider/fields.js'
import { Refused } from '../wire/link.js'
import { type Act, type ActField, actOf, type Known, withChoices } from './acts.js'
import { inFull } from './decide.js'
import { FILE_STATES, mayOpen } from './files.js'
import type { Holds } from './holds.js'
import { intention, intentionOf, refused, requestOf, unreadable, versionNow } from './request.js'
import { rowOf } from './row.js'
import { said } from './said.js'
import { keepWhy, REASONS, whyOf } from './why.js'
import {
  ERRAND_WORDS, eventWords, inWords, type Names, noticeWords, ofThem, parallelWords, STATE_WORDS, TIER_WORDS,
} from './words.js'

/** Doors of their own, or another page. */
const ELSEWHERE: Record<string, string> = { take: 'Take it', decide: 'Decide' }

/** How far the decision has come to whoever reported it. */
const TOLD_WORDS: Record<string, string> = {
  queued: 'Not with them yet', delivered: 'It is with them, not read yet', read: 'They have read it',
}

export class Cases {
  readonly router = Router()

  constructor(private readonly services: Services, private readonly names: Names, private readonly holds: Holds) {
    const r = this.router
    r.get('/case/:ref', (req, res) => this.show(req, res))
    r.post('/case/:ref', (req, res) => this.why(req, res))
    r.post('/case/:ref/take', (req, res) => this.take(req, res))
    r.get('/case/:ref/do/:command', (req, res) => this.form(req, res, []))
    r.post('/case/:ref/do/:command', (req, res) => this.act(req, res))
  }

  private reference(req: Request): string {
    return String(req.params['ref'])
  }

  private ask(req: Request, res: Response, wrong: Wrong[] = []): void {
    res.status(wrong.length > 0 ? 422 : 200).render('staff/why', {
      reference: this.reference(req), reasons: REASONS, answers: req.body ?? {}, errors: errorsOf(wrong),
    })
  }

  private why(req: Request, res: Response): void {
    const { why, other } = req.body as { why?: string; other?: string }
    const text = why === 'other' ? String(other ?? '').trim() : REASONS[Number(why ?? -1)] ?? ''
    if (text === '') return this.ask(req, res, [why === 'other' ? { field: 'other', text: 'Write the reason' } :
      { field: 'why', text: 'Say why you open this case' }])
    keepWhy(req, this.reference(req), text)
    res.redirect(303, `/case/${this.reference(req)}`)
  }

  private async show(req: Request, res: Response): Promise<void> {
    const reference = this.reference(req)
    const why = whyOf(req, reference)
    if (why === '') return this.ask(req, res)
    const worker = req.person!.worker
    const desk = this.services.desk()
    try {
      const [report, links] = await Promise.all([
        desk.fetch('look', { case: 'look', value: { reference, reason: why, timeline: true } as never }, { worker }),
        desk.fetch('links', { case: 'links', value: { reference } as never }, { worker })
          .catch((e: unknown): null => { if (e instanceof Refused) return null; throw e }),
      ])
      return res.render('staff/case', { ...this.view(report, links, worker), why, back: this.back(req), intention: intention() })
    } catch (e) {
      if (!(e instanceof Refused) || (e.status !== Status.FORBIDDEN && e.status !== Status.NOT_FOUND)) throw e
      const text = e.status === Status.NOT_FOUND ? 'There is no such case, or it is not your team’s.' : e.message
      return void res.status(404).render('message', { title: 'You cannot open this case', text })
    }
  }

  private back(req: Request): string {
    const person = req.person!
    return person.teams.length > 0 ? `/board/${person.teams[0]}` : '/manager'
  }

  private view(report: CaseReport, links: LinksReply | null, worker: string): object {
    const h = report.headline!
    const may = report.actions.filter((a) => a.open)
    const doors = may.flatMap((a) => {
      const act = actOf(a.command)
      if (act) return [{ title: act.title, href: `/case/${h.reference}/do/${a.command}` }]
      return a.command === 'decide' ? [{ title: ELSEWHERE['decide']!, href: `/case/${h.reference}/decide` }] : []
    })
    const known = (command: string): boolean => actOf(command) !== undefined || command in ELSEWHERE
    const reasons = report.explanation.length > 0 ? report.explanation : report.assessment?.reasons ?? []
    const asked = report.assessment?.questions
    return {
      h, row: rowOf(h, this.names, h.team), report, stateWords: STATE_WORDS[h.state], tierWords: TIER_WORDS[h.recommended],
      teamName: this.names.team(h.team), yours: h.heldBy === worker, mayTake: may.some((a) => a.command === 'take'),
      lead: report.lead && this.names.worker(report.lead), doors,
      explanation: reasons.map((r) => ({ ...r, words: ofThem(r.words) })),
      questions: asked && { ...asked, careAndSupportNeedsBecause: ofThem(asked.careAndSupportNeedsBecause),
        abuseOrRiskBecause: ofThem(asked.abuseOrRiskBecause), unableToProtectSelfBecause: ofThem(asked.unableToProtectSelfBecause) },
      parallel: report.assessment?.parallel.map(parallelWords) ?? [],
      closed: report.actions.filter((a) => !a.open && known(a.command) && a.whyNot)
        .map((a) => ({ title: actOf(a.command)?.title ?? ELSEWHERE[a.command]!, whyNot: inPages(a.whyNot) })),
      waits: this.proposal(report), told: TOLD_WORDS[report.told],
      files: report.files.map((f) => ({ ...f, words: FILE_STATES[f.state], mayOpen: mayOpen(f.state), unscanned: f.state === FileState.PENDING,
        kilobytes: Math.ceil(Number(f.sizeBytes) / 1024) })),
      sections: report.erased || report.concern.length === 0 ? [] : said(report.concern, report.adult),
      errands: report.errands.map((e) => ({ ...e, what: ERRAND_WORDS[e.kind] ?? inWords(e.kind), stage: inWords(e.state),
        name: this.names.errand(e, 'the team') })),
      links, candidates: links?.candidates.map((c) => ({ ...c, words: c.reasons.map(inWords).join(', ').toLowerCase() })),
      timeline: [...report.timeline].reverse().map((t) => this.entry(t)),
    }
  }

  /** What waits for a second person, in the words of whoever proposed it; null when nothing does. */
  private proposal(report: CaseReport): { what: string; by: string; rows: { label: string; words: string }[] } | null {
    const { proposedCommand: command, proposedBy: by, proposedColour: colour, proposed } = report
    if (command === '') return null
    const why = report.timeline.filter((t) => t.event === 'proposed').at(-1)?.text ?? ''
    const rows = proposed ? inFull(proposed) : [{ label: 'Why', words: why }]
    if (colour !== Colour.UNSPECIFIED) rows.unshift({ label: 'New colour', words: COLOUR_WORDS[colour] })
    return { what: actOf(command)?.title ?? ELSEWHERE[command] ?? inWords(command), by: this.names.worker(by), rows }
  }

  private entry(t: TimelineEntry): object {
    const by = t.worker ? this.names.worker(t.worker) : t.actor ? this.names.provider(t.actor) : 'the clock'
    return { atMs: t.atMs, what: eventWords(t.event), by, text: t.text, notices: t.notices.map(noticeWords),
      state: STATE_WORDS[t.state], colour: t.colour === Colour.UNSPECIFIED ? null : t.colour }
  }

  private async take(req: Request, res: Response): Promise<void> {
    const reference = this.reference(req)
    const { worker } = req.person!
    const body = req.body as Record<string, unknown>
    const { claimed } = await this.services.desk().fetch('claim', { case: 'claim', value: {
      team: '', next: 0, cases: [{ reference, expectedVersion: 0 }] } as never }, { worker, commandId: intentionOf(body) })
    const got = claimed[0]!
    if (got.status <= Status.DUPLICATE) {
      this.holds.keep(worker, reference, got.token)
      keepWhy(req, reference, 'I have taken it')
      req.session.flash = 'You have it now. It goes back to the queue by itself when your time is up.'
    } else {
      req.session.flash = got.problems[0]?.text ?? 'It could not be taken: somebody was quicker, or it is not yours to take.'
    }
    res.redirect(303, `/case/${reference}`)
  }

  /** Who and what can be named here, as the council's registry and rules have them. */
  private async choices(req: Request, act: Act): Promise<Known> {
    const asked = new Set(act.fields.map((f) => f.from))
    const staff = asked.has('workers') || asked.has('managers') ? await this.services.directory.workersFor(req.person!.worker) : []
    const choose = (list: typeof staff): Choice[] => list.map((w) => ({ value: w.id,
      text: [w.name || w.id, ...w.teams.map((t) => this.names.team(t))].join(', ') })).sort((a, b) => a.text.localeCompare(b.text))
    const teams = this.services.directory.allTeams().filter((t) => t.kind === TeamKind.COMMUNITY || t.kind === TeamKind.OTHER)
    return { workers: choose(staff), managers: choose(staff.filter((w) => w.grade.endsWith('_manager'))),
      teams: teams.map((t) => ({ value: t.id, text: t.name })) }
  }

  private look(req: Request, act: Act, timeline: boolean): Promise<CaseReport> {
    const reference = this.reference(req)
    const value = { reference, reason: whyOf(req, reference) || act.title, timeline }
    return this.services.desk().fetch('look', { case: 'look', value: value as never }, { worker: req.person!.worker })
  }

  /** What is out for the case, of the kind that the act is about. */
  private async errands(req: Request, act: Act): Promise<Choice[]> {
    if (!act.errand) return []
    const report = await this.look(req, act, false)
    return report.errands.filter((e) => e.kind === act.errand && e.endedMs === 0n)
      .map((e) => ({ value: String(e.number), text: `Number ${e.number}: ${inWords(e.state).toLowerCase()}`,
        ...(e.who ? { hint: this.names.worker(this.names.provider(e.who)) } : {}) }))
  }

  private async fields(req: Request, act: Act): Promise<ActField[]> {
    const errands = await this.errands(req, act)
    const which: ActField[] = errands.length > 1
      ? [{ name: 'number', kind: 'choice', label: 'Which one?', choices: errands }] : []
    return [...which, ...withChoices(act, await this.choices(req, act))]
  }

  private async form(req: Request, res: Response, wrong: Wrong[], version?: number): Promise<void> {
    const reference = this.reference(req)
    const act = actOf(String(req.params['command']))
    if (!act) return void res.status(404).render('message', { title: 'Page not found', text: 'There is no such thing to do.' })
    const now = await this.services.desk()
      .fetch('actions', { case: 'actions', value: { reference } as never }, { worker: req.person!.worker })
    const action = now.actions.find((a) => a.command === act.command)
    if (wrong.length === 0 && action && !action.open)
      return void res.status(409).render('message',
        { title: 'That cannot be done now', text: inPages(action.whyNot), again: `/case/${reference}` })
    const posted = req.method === 'POST' ? (req.body as Record<string, unknown>) : keptBody(req)
    const fields = await this.fields(req, act)
    res.status(wrong.length > 0 ? 422 : 200).render('staff/act', {
      act, reference, fields, answers: posted ? readForm(fields, posted) : {}, errors: errorsOf(wrong),
      version: version ?? posted?.['version'] ?? now.version, intention: posted?.['intention'] ?? intention(),
      waits: act.command === 'second' ? this.proposal(await this.look(req, act, true)) : null, back: `/case/${reference}`,
    })
  }

  private async act(req: Request, res: Response): Promise<void> {
    const reference = this.reference(req)
    const act = actOf(String(req.params['command']))
    if (!act) return this.form(req, res, [])
    const body = req.body as Record<string, unknown>
    const { worker } = req.person!
    const fields = await this.fields(req, act)
    const answers = readForm(fields, body)
    const otherwise = fields[0]!.kind === 'date' ? `${fields[0]!.name}-day` : fields[0]!.name
    const wrong = unreadable(fields, answers)
    if (wrong.length > 0) return this.form(req, res, wrong)
    const sight = { reference, version: Number(body['version']), token: this.holds.token(worker, reference) }
    try {
      const request = requestOf(act, fields, answers, sight, Number(answers['number'] ?? 0))
      await this.services.desk().command(request, { worker, commandId: intentionOf(body) })
    } catch (e) {
      const version = versionNow(e)
      return this.form(req, res, refused(e, fields, otherwise), version ?? undefined)
    }
    req.session.flash = `Done: ${act.title.charAt(0).toLowerCase()}${act.title.slice(1)}.`
    return res.redirect(303, `/case/${reference}`)
  }
}

