// Everything that the council told one principal, in order, as it comes.  The council keeps it for ever and
// tells it again from the first cursor, so nothing of it is stored here: what is lost on a restart comes again.
import { EventEmitter } from 'node:events'
import type { Notice } from '../../gen/triage/v1/intake_pb.js'
import type { Link } from './link.js'

const CREDIT = 256
/** The newest that are held in memory for one principal. */
const KEPT_MAX = 5_000

/** Comes to a second address: whose decision waits to be read, and nothing of it. */
export const UNREAD = 'decision_unread'

export class Notices extends EventEmitter<{ notice: [Notice] }> {
  private readonly kept: Notice[] = []
  private last = 0n
  private receipted = 0n
  private epoch: bigint | null = null
  private used = 0
  private readonly read = new Set<bigint>()

  constructor(private readonly link: Link) {
    super()
    link.onUp.add(() => this.follow())
    link.onPush.add((reply) => {
      if (reply.body.case === 'notices') this.take(reply.body.value.notices)
    })
    if (link.isUp) this.follow()
  }

  /** A council restored from a backup counts anew from there. */
  private follow(): void {
    const epoch = this.link.greeting?.epoch ?? 0n
    if (this.epoch !== null && this.epoch !== epoch) {
      this.kept.length = 0
      this.last = 0n
    }
    this.epoch = epoch
    this.receipted = this.link.greeting?.noticesReceipted ?? 0n
    this.used = 0
    this.ask({ case: 'followNotices', value: { after: this.last, credit: CREDIT } as never })
  }

  private ask(body: Parameters<Link['ask']>[0]): void {
    this.link.ask(body).catch(() => undefined) // Followed anew when the connection is back.
  }

  private take(notices: Notice[]): void {
    for (const n of notices) {
      this.used++
      if (n.cursor <= this.last) continue
      this.last = n.cursor
      this.kept.push(n)
      this.emit('notice', n)
    }
    if (this.kept.length > KEPT_MAX) this.kept.splice(0, this.kept.length - KEPT_MAX)
    if (this.used < CREDIT / 2) return
    this.ask({ case: 'receiptNotices', value: { upTo: this.receipted, credit: this.used } as never })
    this.used = 0
  }

  all(): Notice[] {
    return [...this.kept]
  }

  /** Of one thread, oldest first. */
  of(reference: string): Notice[] {
    return this.kept.filter((n) => n.reference === reference)
  }

  /** These were on a person's screen: read, and delivered as far as nothing before them is still unseen. */
  shown(notices: readonly Notice[], reader: string): void {
    for (const n of notices) {
      if (this.read.has(n.cursor)) continue
      this.read.add(n.cursor)
      this.ask({ case: 'readNotice', value: { cursor: n.cursor, reader } as never })
    }
    const before = this.receipted
    while (this.read.has(this.receipted + 1n)) this.receipted++
    if (this.receipted === before) return
    this.ask({ case: 'receiptNotices', value: { upTo: this.receipted, credit: this.used } as never })
    this.used = 0
  }
}
