// A team's board: what waits and who works on what, most urgent first.  One subscription a team feeds every
// watcher: each change is drawn once, and goes to those whose filters let it through.
import { randomBytes } from 'node:crypto'
import { type Application, type NextFunction, type Request, type Response, Router } from 'express'
import type { Environment } from 'nunjucks'
import type { Kind } from '../../gen/triage/v1/common_pb.js'
import type { Headline, Task } from '../../gen/triage/v1/desk_pb.js'
import type { Account } from '../app/accounts.js'
import type { Services } from '../app/services.js'
import { Refused } from '../wire/link.js'
import type { Queue } from '../wire/queue.js'
import { type Filters, filtersOf, matches, queryOf, rowOf } from './row.js'
import { ERRAND_WORDS, inWords, KIND_WORDS, Names } from './words.js'

/** Rows on one page; the others are counted, and a link shows them. */
const ROWS_MAX = 100
const TASKS_MAX = 50
/** Changes that come close together are told together; of more than so many a watcher hears that they are there. */
const GATHER_MS = 200
const TOLD_MAX = 50
/** Bytes that a watcher who does not read may have waiting; then it has to come again. */
const UNREAD_MAX = 1_048_576
const HEARTBEAT_MS = 20_000
/** A board that was just asked for the first time is told within so long, or the page says that it is not yet. */
const FIRST_MS = 3_000

interface Watcher {
  filters: Filters
  worker: string
  write(text: string): void
}

/** A restarted portal counts anew: pages of before it are stale. */
const BOOT = randomBytes(4).toString('hex')

class Feed {
  readonly watchers = new Set<Watcher>()
  version = 0
  private readonly changed = new Set<string>()
  private timer: NodeJS.Timeout | null = null

  constructor(private readonly app: Application, readonly queue: Queue, private readonly names: Names) {
    queue.on('change', ({ changed, gone, whole }) => {
      this.version++
      if (whole) this.say('stale', () => ({}))
      for (const h of changed) this.changed.add(h.reference)
      for (const reference of gone) this.changed.add(reference)
      this.timer ??= setTimeout(() => this.tell(), GATHER_MS)
    })
  }

  get stamp(): string {
    return `${BOOT}-${this.version}`
  }

  private draw(h: Headline): string {
    const env = this.app.get('nunjucksEnv') as Environment
    return env.render('staff/row.njk', { row: rowOf(h, this.names, this.queue.team) })
  }

  private tell(): void {
    this.timer = null
    if (this.watchers.size > 0 && this.changed.size > TOLD_MAX) this.say('stale', () => ({}))
    else if (this.watchers.size > 0) {
      const rows = [...this.changed].map((reference) => ({ reference, h: this.queue.get(reference) }))
      const drawn = new Map(rows.flatMap(({ reference, h }) => (h ? [[reference, this.draw(h)] as const] : [])))
      this.say('rows', (w) => {
        const seen = rows.filter(({ h }) => h && matches(h, w.filters, w.worker, this.queue.team))
        return {
          rows: seen.map(({ reference }) => ({ reference, html: drawn.get(reference) })),
          gone: rows.filter((r) => !seen.includes(r)).map((r) => r.reference),
        }
      })
    }
    this.changed.clear()
  }

  /** Written once for all who look through the same filters. */
  private say(event: string, of: (w: Watcher) => object): void {
    const written = new Map<string, string>()
    for (const w of this.watchers) {
      const view = JSON.stringify([w.filters, w.worker])
      let text = written.get(view)
      if (text === undefined) written.set(view, (text = messageOf(this.stamp, event, of(w))))
      w.write(text)
    }
  }
}

function messageOf(stamp: string, event: string, data: object): string {
  return `id: ${stamp}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

export class Boards {
  readonly router = Router()
  private readonly feeds = new Map<string, Feed>()

  constructor(private readonly services: Services, private readonly names: Names) {
    this.router.use('/board/:team', (req, res, next) => this.mayWatch(req, res, next))
    this.router.get('/board/:team', (req, res) => this.show(req, res))
    this.router.get('/board/:team/events', (req, res) => this.events(req, res))
  }

  /** The teams whose boards a person may see: their own; a manager's, every one that the portal's key works for. */
  static teamsOf(person: Account, services: Services): readonly string[] {
    const all = services.desk().greeting?.teams ?? []
    return person.manager && all.length > 0 ? all : person.teams
  }

  private mayWatch(req: Request, res: Response, next: NextFunction): void {
    const team = String(req.params['team'])
    if (Boards.teamsOf(req.person!, this.services).includes(team)) return next()
    return void res.status(403).render('message',
      { title: 'You cannot see this board', text: 'It is the board of a team that your account does not name.' })
  }

  private feed(app: Application, team: string): Feed {
    let feed = this.feeds.get(team)
    if (!feed) this.feeds.set(team, (feed = new Feed(app, this.services.queue(team), this.names)))
    return feed
  }

  private async whole(queue: Queue): Promise<boolean> {
    if (queue.isWhole) return true
    return new Promise((resolve) => {
      const done = (is: boolean): void => {
        clearTimeout(timer)
        queue.off('change', heard)
        resolve(is)
      }
      const heard = (): void => done(true)
      const timer = setTimeout(() => done(false), FIRST_MS)
      queue.on('change', heard)
    })
  }

  private async tasks(person: Account, team: string): Promise<{ tasks: Task[]; total: number }> {
    try {
      return await this.services.desk()
        .fetch('tasks', { case: 'tasks', value: { team, limit: TASKS_MAX } as never }, { worker: person.worker })
    } catch (e) {
      if (e instanceof Refused) return { tasks: [], total: 0 }
      throw e
    }
  }

  private async show(req: Request, res: Response): Promise<void> {
    const person = req.person!
    const team = String(req.params['team'])
    const feed = this.feed(req.app, team)
    const whole = await this.whole(feed.queue)
    const { tasks, total } = await this.tasks(person, team)
    const filters = filtersOf(req.query)
    const all = feed.queue.headlines()
    const query = queryOf(filters)
    const chosen = query === '' ? all : all.filter((h) => matches(h, filters, person.worker, team))
    const { free, unled, copies, providers, kinds } = feed.queue.summary()
    const shown = req.query['all'] === undefined ? chosen.slice(0, ROWS_MAX) : chosen
    res.render('staff/board', {
      team, teamName: this.names.team(team), whole, filters, query, stamp: feed.stamp, now: Date.now(),
      teams: Boards.teamsOf(person, this.services).map((id) => ({ id, name: this.names.team(id) })),
      rows: shown.map((h) => rowOf(h, this.names, team)), total: all.length, chosen: chosen.length,
      waiting: [3, 2, 1].map((colour) => ({ colour, n: free[colour] })), unled, copies,
      providers: providers.map((id) => ({ value: id, text: this.names.provider(id) })),
      kinds: kinds.map((kind) => ({ value: String(kind), text: KIND_WORDS[kind as Kind] })),
      tasks: tasks.map((t) => ({ ...t.errand!, reference: t.case!.reference, what: ERRAND_WORDS[t.errand!.kind] ?? inWords(t.errand!.kind),
        stage: inWords(t.errand!.state), worker: this.names.errand(t.errand!, 'the team') })), tasksTotal: total,
    })
  }

  private events(req: Request, res: Response): void {
    if (res.destroyed) return // Gone before their turn came: nothing would ever say so again.
    const person = req.person!
    const feed = this.feed(req.app, String(req.params['team']))
    res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    const watcher: Watcher = { filters: filtersOf(req.query), worker: person.worker,
      write: (text) => void (res.writableLength > UNREAD_MAX ? res.destroy() : res.write(text)) }
    res.write('retry: 2000\n\n')
    // What changed while nobody listened: since the page was made, or while the line was down.
    const seen = req.get('last-event-id') ?? String(req.query['stamp'] ?? '')
    if (seen !== feed.stamp) res.write(messageOf(feed.stamp, 'stale', {}))
    feed.watchers.add(watcher)
    const beat = setInterval(() => {
      const account = this.services.accounts.get(person.id)
      if (account?.teams.join() === person.teams.join()) res.write(': here\n\n')
      else res.end()
    }, HEARTBEAT_MS)
    res.on('close', () => {
      clearInterval(beat)
      feed.watchers.delete(watcher)
    })
  }
}
