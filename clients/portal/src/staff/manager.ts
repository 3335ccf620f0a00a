// Managers: how it stands now, how long people waited, which rules are in force, and who has not read a decision.
import { type Request, type Response, Router } from 'express'
import { Status } from '../../gen/triage/v1/common_pb.js'
import type { Task } from '../../gen/triage/v1/desk_pb.js'
import { ReportBy, type ReportReply } from '../../gen/triage/v1/report_pb.js'
import type { ReplayChange } from '../../gen/triage/v1/pack_pb.js'
import { errorsOf } from '../app/problems.js'
import type { Services } from '../app/services.js'
import { type Body, NoAnswer, Refused } from '../wire/link.js'
import { Boards } from './board.js'
import { ages, flow, now, timeliness, WAITS } from './figures.js'
import { inWords, type Names, TIER_WORDS } from './words.js'

const DAY_MS = 86_400_000
const PERIODS = [7, 28, 90, 365]
const BY: Record<string, ReportBy> = { area: ReportBy.AREA, team: ReportBy.TEAM, worker: ReportBy.WORKER }
/** A report reads every record of its period. */
const REPORT_MS = 30_000
const REPLAY_ROUNDS_MAX = 200
const CHANGES_SHOWN = 100
const TASKS_MAX = 200

export class Managers {
  readonly router = Router()
  private turn: Promise<unknown> = Promise.resolve()

  constructor(private readonly services: Services, private readonly names: Names) {
    const r = this.router
    r.get('/manager', (req, res) => this.now(req, res))
    r.get('/manager/timeliness', (req, res) => this.timeliness(req, res))
    r.get('/manager/notices', (req, res) => this.notices(req, res))
    r.get('/manager/policy', (req, res) => this.policy(req, res))
    r.get('/manager/policy/tables', (_req, res) => this.tables(res))
  }

  /** The council makes one report at a time; who comes second waits their turn here. */
  private report(req: Request, by: string, days: number): Promise<ReportReply> {
    const value = { by: BY[by] ?? ReportBy.AREA, fromMs: BigInt(Date.now() - days * DAY_MS), toMs: 0n, kind: 0 }
    const made = this.turn.then(() => this.whenFree({ case: 'report', value: value as never }, req.person!.worker))
    this.turn = made.catch(() => undefined)
    return made
  }

  private async whenFree(body: Body, worker: string): Promise<ReportReply> {
    for (const until = Date.now() + REPORT_MS; ; )
      try {
        return await this.services.desk().fetch('report', body, { worker, timeoutMs: REPORT_MS })
      } catch (e) {
        if (!(e instanceof Refused) || e.status !== Status.BUSY || Date.now() > until) throw e
        await new Promise((resolve) => setTimeout(resolve, Math.max(100, e.reply.retryAfterMs)))
      }
  }

  private days(req: Request): number {
    const days = Number(req.query['days'] ?? 28)
    return PERIODS.includes(days) ? days : 28
  }

  private async now(req: Request, res: Response): Promise<void> {
    const days = this.days(req)
    const [teams, area] = await Promise.all([this.report(req, 'team', days), this.report(req, 'area', days)])
    res.render('staff/manager', { now: now(teams, 'team', this.names), ages: ages(area), flow: flow(area, days), days, periods: PERIODS })
  }

  private async timeliness(req: Request, res: Response): Promise<void> {
    const days = this.days(req)
    const by = String(req.query['by'] ?? 'area')
    const what = String(req.query['what'] ?? 'decision')
    const known = what in WAITS ? what : 'decision'
    const report = await this.report(req, by in BY ? by : 'area', days)
    res.render('staff/timeliness', { ...timeliness(report, known, by, this.names), by, what: known, waits: WAITS, days, periods: PERIODS })
  }

  private async tasks(req: Request, team: string): Promise<Task[]> {
    const reply = await this.services.desk().fetch('tasks',
      { case: 'tasks', value: { team, limit: TASKS_MAX } as never }, { worker: req.person!.worker })
    return reply.tasks
  }

  /** Decisions that nobody is known to have read, and what else waits for somebody outside or for a second person. */
  private async notices(req: Request, res: Response): Promise<void> {
    const teams = Boards.teamsOf(req.person!, this.services)
    const [report, ...lists] = await Promise.all([this.report(req, 'team', 28), ...teams.map((team) => this.tasks(req, team))])
    const tasks = lists.flatMap((list, i) => list.map((t) => ({
      reference: t.case!.reference, team: this.names.team(teams[i]!), what: inWords(t.errand!.kind), why: inWords(t.errand!.why),
      stage: inWords(t.errand!.state), who: this.names.worker(this.names.provider(t.errand!.who)), dueMs: t.errand!.dueMs,
      overdue: t.errand!.overdue })))
    res.render('staff/notices', { groups: now(report, 'team', this.names).groups, tasks })
  }

  private async policy(req: Request, res: Response): Promise<void> {
    const { worker } = req.person!
    const status = await this.services.desk().fetch('pack', { case: 'packStatus', value: {} as never }, { worker })
    const pack = typeof req.query['pack'] === 'string' ? req.query['pack'].trim() : ''
    const view = {
      hasTables: this.services.config.policyPage !== '', status, pack, digest: Buffer.from(status.inForce?.digest ?? []).toString('hex').slice(0, 16),
      by: this.names.worker(status.proposedBy), and: this.names.worker(status.activatedBy),
      proposedBy: status.proposal ? this.names.worker(status.proposal.by) : '',
    }
    if (pack === '') return res.render('staff/policy', view)
    try {
      return res.render('staff/policy', { ...view, replay: await this.replay(pack, worker) })
    } catch (e) {
      if (e instanceof NoAnswer || !(e instanceof Refused)) throw e
      const text = e.problems[0]?.text ?? e.message
      return void res.status(422).render('staff/policy', { ...view, errors: errorsOf([{ field: 'pack', text }]) })
    }
  }

  /** The council's own page, with its own styles and no script. */
  private tables(res: Response): void {
    const page = this.services.config.policyPage
    if (page === '') return void res.status(404).render('message', { title: 'Page not found', text: 'No page of the tables was made.' })
    res.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
    res.sendFile(page, { dotfiles: 'allow' })
  }

  /** What another pack would have said of the cases that are here. */
  private async replay(pack: string, worker: string): Promise<object> {
    const changes: ReplayChange[] = []
    let looked = 0, differ = 0, cases = 0
    for (let from = 0, round = 0; round < REPLAY_ROUNDS_MAX; round++) {
      const reply = await this.services.desk().fetch('replay',
        { case: 'replay', value: { pack, sinceMs: 0n, from } as never }, { worker, timeoutMs: REPORT_MS })
      looked += reply.lookedAt
      differ += reply.changes.length
      cases = reply.cases
      changes.push(...reply.changes.slice(0, CHANGES_SHOWN - changes.length))
      from = reply.next
      if (from === 0) break
    }
    return { looked, differ, cases, changes: changes.map((c) => ({ ...c, tierWas: TIER_WORDS[c.tierWas], tierWould: TIER_WORDS[c.tierWould],
      teamWas: this.names.team(c.teamWas), teamWould: this.names.team(c.teamWould) })) }
  }
}

