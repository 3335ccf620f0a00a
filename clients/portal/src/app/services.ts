// What every page may use: the council's connections, one a principal, opened once and shared.
import type { Config } from './config.js'
import { Accounts } from './accounts.js'
import { postOf } from './mail.js'
import { Nudge } from './nudge.js'
import { Vault } from './vault.js'
import { Directory } from '../wire/directory.js'
import { Files } from '../wire/files.js'
import { Link } from '../wire/link.js'
import { Notices } from '../wire/notices.js'
import { Outbox } from '../wire/outbox.js'
import { loadProfile } from '../wire/profile.js'
import { Queue } from '../wire/queue.js'

const DAY_MS = 86_400_000
const KEPT_DAYS = 30
/** An enquiry takes weeks, and its report may come back for more. */
const REPORT_KEPT_DAYS = 120

export class Services {
  readonly vault: Vault
  readonly accounts: Accounts
  readonly outbox: Outbox
  readonly files: Files
  private readonly links = new Map<string, Link>()
  private readonly heard = new Map<string, Notices>()
  private readonly queues = new Map<string, Queue>()

  constructor(readonly config: Config) {
    this.vault = Vault.open(config.stateDir)
    this.accounts = new Accounts(config.accountsDir, this.vault)
    this.files = new Files(this.vault, (profile) => this.link(profile), () => [...this.links.values()].find((l) => l.greeting) ?? null)
    this.outbox = new Outbox(this.vault, (profile) => this.link(profile), this.files)
  }

  /** Everything that is listened to from the first moment. */
  open(): void {
    const profiles = [...this.config.organisations.values()].map((o) => o.profile)
    for (const a of this.accounts.all()) if (a.ownProfile) profiles.push(a.ownProfile)
    if (this.config.publicProfile) profiles.push(this.config.publicProfile)
    for (const p of profiles) this.notices(p)
    if (this.config.deskProfile) void this.directory
    if (this.config.telephoneProfile) this.link(this.config.telephoneProfile)
    const post = postOf(this.config)
    if (post) (this.nudge = new Nudge(this, post)).open()
    this.outbox.resume()
    this.files.resume()
    this.sweep()
    setInterval(() => this.sweep(), DAY_MS).unref()
  }

  /** What nobody came back for; what is on its way stays. */
  private sweep(): void {
    for (const drawer of ['drafts', 'receipts']) this.vault.sweep(drawer, KEPT_DAYS * DAY_MS)
    this.vault.sweep('reports', REPORT_KEPT_DAYS * DAY_MS)
    // A draft that somebody goes on with keeps its files longer than one that is left.
    for (const drawer of ['files', 'uploads']) this.vault.sweep(drawer, 3 * KEPT_DAYS * DAY_MS)
  }

  /** The connection of a profile, as an intake principal. */
  link(profile: string): Link {
    let link = this.links.get(profile)
    if (!link) this.links.set(profile, (link = new Link(loadProfile(profile))))
    return link
  }

  /** Whether the council answers each key that is in use. */
  get isUp(): boolean {
    return [...this.links.values()].every((link) => link.isUp)
  }

  notices(profile: string): Notices {
    let heard = this.heard.get(profile)
    if (!heard) this.heard.set(profile, (heard = new Notices(this.link(profile))))
    return heard
  }

  /** Teams and workers by their names. */
  get directory(): Directory {
    return (this.names ??= new Directory(this.desk()))
  }
  private names: Directory | null = null

  /** The portal's own connection to the desk's port; it vouches for the worker whom it names. */
  desk(): Link {
    return this.link(this.config.deskProfile)
  }

  queue(team: string): Queue {
    let queue = this.queues.get(team)
    if (!queue) this.queues.set(team, (queue = new Queue(this.desk(), team)))
    return queue
  }

  /** To ring when nothing else works; known from the last greeting, kept over a stop. */
  get council(): { name: string; telephone: string } {
    for (const link of this.links.values()) {
      const g = link.greeting
      if (!g || g.councilTelephone === '') continue
      const now = { name: g.council, telephone: g.councilTelephone }
      if (now.name !== this.told?.name || now.telephone !== this.told.telephone)
        this.vault.write('council', 'greeting', (this.told = now))
      return now
    }
    this.told ??= this.vault.read<{ name: string; telephone: string }>('council', 'greeting')
    return this.told ?? { name: 'The council', telephone: '' }
  }
  private told: { name: string; telephone: string } | null = null

  private nudge: Nudge | null = null

  close(): void {
    this.nudge?.close()
    this.names?.close()
    for (const link of this.links.values()) link.close()
  }
}
