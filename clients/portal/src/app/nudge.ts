// Tells people by e-mail that there is something to read: a reference and a link, never a name or a word of it.
// Once for each notice: the last cursor that was told is kept, and told again only when the mail was not taken.
import type { Notice } from '../../gen/triage/v1/intake_pb.js'
import { Circles } from '../provider/circles.js'
import type { Account } from './accounts.js'
import type { News, Post } from './mail.js'
import type { Services } from './services.js'
import { UNREAD } from '../wire/notices.js'

/** So often what is refused is tried: an address that takes nothing must not keep the news from everybody else. */
const REFUSED_MAX = 10
/** Its reader sees it anyway when they send. */
const UNTOLD = new Set(['ack', 'screened'])

interface Told {
  cursor: string
}

export class Nudge {
  private readonly began = BigInt(Date.now())
  private readonly again: number

  constructor(private readonly services: Services, private readonly post: Post) {
    this.again = services.config.mailAgainSeconds * 1_000
  }

  open(): void {
    for (const [id, organisation] of this.services.config.organisations)
      this.watch(organisation.profile, () => this.services.accounts.all().filter((a) => a.organisation === id))
    // An office's mailbox may be read by those who must not know: only one that is their own alone is used.
    const circles = new Circles(this.services)
    for (const a of this.services.accounts.all())
      if (a.ownProfile) this.watch(a.ownProfile, (reference) =>
        [a, ...circles.of({ kind: 'thread', id: reference, author: a.id })].filter((reader) => reader.privateEmail))
  }

  private watch(profile: string, readers: (reference: string) => Account[]): void {
    let turn: Promise<void> = Promise.resolve()
    this.services.notices(profile).on('notice', (n) => {
      turn = turn.then(() => this.tell(profile, n, readers(n.reference)))
    })
  }

  private async tell(profile: string, n: Notice, readers: Account[]): Promise<void> {
    const told = this.services.vault.read<Told>('nudged', profile)
    const isNew = told ? n.cursor > BigInt(told.cursor) : n.atMs >= this.began
    if (!isNew) return
    const to = UNTOLD.has(n.code) ? [] : readers.map((a) => a.email).filter((e) => e !== '')
    // A second address may not open the thread: its list says whose decision waits to be read.
    const page = n.code === UNREAD ? '/concerns' : `/concerns/${n.reference}`
    const news = { reference: n.reference, link: `${this.services.config.url}${page}` }
    await Promise.all(to.map((address) => this.send(address, news)))
    this.services.vault.write('nudged', profile, { cursor: String(n.cursor) } satisfies Told)
  }

  private async send(to: string, news: News): Promise<void> {
    for (let refused = 0; ; ) {
      const outcome = await this.post.send(to, news)
      if (outcome === 'sent' || (outcome === 'refused' && ++refused === REFUSED_MAX)) return
      await new Promise((r) => setTimeout(r, this.again).unref())
    }
  }

  close(): void {
    this.post.close()
  }
}
