// Tells people by e-mail that there is something to read: a reference and a link, never a name or a word of it.
// Once for each notice: the last cursor that was told is kept, and told again only when the mail was not taken.
import { createTransport, type Transporter } from 'nodemailer'
import type { Notice } from '../../gen/triage/v1/intake_pb.js'
import type { Account } from './accounts.js'
import type { Services } from './services.js'

const AGAIN_MS = 60_000
/** Its reader sees it anyway when they send. */
const UNTOLD = new Set(['ack', 'screened'])

interface Told {
  cursor: string
}

export class Nudge {
  private readonly mail: Transporter
  private readonly began = BigInt(Date.now())

  constructor(private readonly services: Services, private readonly smtp: NonNullable<Services['config']['smtp']>) {
    this.mail = createTransport({ host: smtp.host, port: smtp.port, secure: smtp.secure })
  }

  open(): void {
    for (const [id, organisation] of this.services.config.organisations)
      this.watch(organisation.profile, () => this.services.accounts.all().filter((a) => a.organisation === id))
    // An office's mailbox may be read by those who must not know: only one that is their own alone is used.
    for (const a of this.services.accounts.all())
      if (a.ownProfile && a.privateEmail) this.watch(a.ownProfile, () => [a])
  }

  private watch(profile: string, readers: () => Account[]): void {
    let turn: Promise<void> = Promise.resolve()
    this.services.notices(profile).on('notice', (n) => {
      turn = turn.then(() => this.tell(profile, n, readers()))
    })
  }

  private async tell(profile: string, n: Notice, readers: Account[]): Promise<void> {
    const told = this.services.vault.read<Told>('nudged', profile)
    const isNew = told ? n.cursor > BigInt(told.cursor) : n.atMs >= this.began
    if (!isNew) return
    const to = UNTOLD.has(n.code) ? [] : readers.map((a) => a.email).filter((e) => e !== '')
    for (const address of to) while (!(await this.send(address, n.reference))) await new Promise((r) => setTimeout(r, AGAIN_MS).unref())
    this.services.vault.write('nudged', profile, { cursor: String(n.cursor) } satisfies Told)
  }

  private async send(to: string, reference: string): Promise<boolean> {
    try {
      await this.mail.sendMail({
        from: this.smtp.from, to, subject: `Something to read about ${reference}`,
        text: `There is something new for you about ${reference}.\n\nSign in to read it:\n` +
          `${this.services.config.url}/concerns/${reference}\n\nDo not answer this e-mail: nobody reads what comes back.\n`,
      })
      return true
    } catch (e) {
      console.error(JSON.stringify({ event: 'mail_failed', reference, error: (e as Error).message }))
      return false
    }
  }

  close(): void {
    this.mail.close()
  }
}
