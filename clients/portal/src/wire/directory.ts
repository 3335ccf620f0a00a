// Whom the council has: its teams and who is registered in them, by the names that people know them by.  Read when the
// council answers, and again from time to time; the council itself says who may be asked for.
import type { Team, Worker } from '../../gen/triage/v1/desk_pb.js'
import type { Link } from './link.js'

const AGAIN_MS = 60_000
/** A page waits so long for the first answer, then shows ids. */
const FIRST_MS = 3_000

export class Directory {
  private teams = new Map<string, Team>()
  private workers = new Map<string, Worker>()
  private readonly timer: NodeJS.Timeout
  private readonly first: Promise<void>

  constructor(private readonly link: Link) {
    let known = (): void => undefined
    this.first = new Promise((resolve) => (known = resolve))
    // What did not come is asked for again when the time has come; meanwhile there are ids.
    const read = (): void => void this.read().catch(() => undefined).finally(known)
    link.onUp.add(read)
    if (link.isUp) read()
    this.timer = setInterval(() => link.isUp && read(), AGAIN_MS)
    this.timer.unref()
  }

  private async read(): Promise<void> {
    const { teams } = await this.link.fetch('teams', { case: 'teams', value: {} as never })
    this.workers = new Map((await this.all()).map((w) => [w.id, w]))
    this.teams = new Map(teams.map((t) => [t.id, t]))
  }

  private async all(worker = ''): Promise<Worker[]> {
    const found: Worker[] = []
    for (let more = true; more;) {
      const value = { team: '', after: found.at(-1)?.id ?? '', limit: 0 }
      const reply = await this.link.fetch('workers', { case: 'workers', value: value as never }, { worker })
      found.push(...reply.workers)
      more = reply.more && reply.workers.length > 0
    }
    return found
  }

  /** Who can be named by this worker now: those who have not left, of the teams that they may ask about. */
  async workersFor(worker: string): Promise<Worker[]> {
    return (await this.all(worker)).filter((w) => w.active)
  }

  /** Once it is known, or has not come for too long. */
  async ready(): Promise<void> {
    await Promise.race([this.first, new Promise((resolve) => setTimeout(resolve, FIRST_MS).unref())])
  }

  team(id: string): Team | undefined {
    return this.teams.get(id)
  }
  allTeams(): Team[] {
    return [...this.teams.values()]
  }
  /** "" when the registry has none. */
  workerName(id: string): string {
    return this.workers.get(id)?.name ?? ''
  }

  close(): void {
    clearInterval(this.timer)
  }
}
