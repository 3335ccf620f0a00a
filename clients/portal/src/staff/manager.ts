// Managers: how it stands now, how long people waited, how well it went, who enquires for the council, and who has not
// been told.
import { type Request, type Response, Router } from 'express'
import type { Task } from '../../gen/triage/v1/desk_pb.js'
import type { Services } from '../app/services.js'
import { actOf } from './acts.js'
import { Boards } from './board.js'
import { showDelegated } from './delegated.js'
import { ages, flow, now, timeliness, told, WAITS } from './figures.js'
import { quality } from './quality.js'
import { BY_WORDS, byOf, daysOf, PERIODS, Reports } from './reports.js'
import { ERRAND_WORDS, inWords, type Names } from './words.js'

const TASKS_MAX = 200

export class Managers {
  readonly router = Router()
  private readonly reports: Reports

  constructor(private readonly services: Services, private readonly names: Names) {
    this.reports = new Reports(services)
    const r = this.router
    r.get('/manager', (req, res) => this.now(req, res))
    r.get('/manager/timeliness', (req, res) => this.timeliness(req, res))
    r.get('/manager/quality', (req, res) => this.quality(req, res))
    r.get('/manager/delegated', (req, res) => showDelegated(req, res, services, names, Boards.teamsOf(req.person!, services)))
    r.get('/manager/notices', (req, res) => this.notices(req, res))
  }

  private async now(req: Request, res: Response): Promise<void> {
    const days = daysOf(req)
    const teams = await this.reports.make(req.person!.worker, 'team', days)
    res.render('staff/manager', { now: now(teams, this.names), ages: ages(teams), flow: flow(teams, days, this.names), days, periods: PERIODS })
  }

  private async timeliness(req: Request, res: Response): Promise<void> {
    const days = daysOf(req)
    const asked = byOf(req)
    const by = asked === 'team' || asked === 'worker' ? asked : 'area'
    const what = String(req.query['what'] ?? 'decision')
    const known = what in WAITS ? what : 'decision'
    const report = await this.reports.make(req.person!.worker, by, days)
    res.render('staff/timeliness', { ...timeliness(report, known, by, this.names), by, what: known, waits: WAITS, days, periods: PERIODS })
  }

  private async quality(req: Request, res: Response): Promise<void> {
    const days = daysOf(req)
    const by = byOf(req)
    const report = await this.reports.make(req.person!.worker, by, days)
    res.render('staff/quality', { figures: quality(report, by, this.names), by, groupings: BY_WORDS, days, periods: PERIODS })
  }

  private async tasks(req: Request, team: string): Promise<Task[]> {
    const reply = await this.services.desk().fetch('tasks',
      { case: 'tasks', value: { team, limit: TASKS_MAX } as never }, { worker: req.person!.worker })
    return reply.tasks
  }

  /** Decisions that nobody is known to have read, and what else waits for somebody outside or for a second person. */
  private async notices(req: Request, res: Response): Promise<void> {
    const teams = Boards.teamsOf(req.person!, this.services)
    const days = daysOf(req)
    const [report, ...lists] = await Promise.all([this.reports.make(req.person!.worker, 'team', days), ...teams.map((team) => this.tasks(req, team))])
    const tasks = lists.flatMap((list, i) => list.map((t) => ({
      reference: t.case!.reference, team: this.names.team(teams[i]!), what: ERRAND_WORDS[t.errand!.kind] ?? inWords(t.errand!.kind),
      why: actOf(t.errand!.why)?.title ?? inWords(t.errand!.why), stage: inWords(t.errand!.state), who: this.names.errand(t.errand!, 'the team'), dueMs: t.errand!.dueMs,
      overdue: t.errand!.overdue })))
    res.render('staff/notices', { ...told(report, this.names), tasks, days, periods: PERIODS })
  }
}
