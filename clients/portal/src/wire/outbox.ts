// Concerns on their way: on disk, encrypted, before the first send; sent again with the same key and the same
// bytes until the council's receipt is here; then gone.  A restart goes on where it was.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { Answer, Kind, Status } from '../../gen/triage/v1/common_pb.js'
import { type Receipt, ReceiptSchema, type Submission, SubmissionSchema } from '../../gen/triage/v1/intake_pb.js'
import type { Vault } from '../app/vault.js'
import { digestOf, sameBytes, uuid7 } from './keys.js'
import type { Files, KeptFile } from './files.js'
import type { Link } from './link.js'

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 60_000

interface Entry {
  profile: string
  submission: string
  sentMs: number
  /** Whoever took it down for others. */
  worker?: string
  /** That go to each case that it becomes. */
  files?: KeptFile[]
}

export type Fate = { state: 'waiting' } | { state: 'received' | 'refused'; receipt: Receipt }

export class Outbox {
  private readonly waits = new Map<string, Promise<Receipt>>()

  constructor(private readonly vault: Vault, private readonly linkOf: (profile: string) => Link, private readonly files: Files) {}

  /** Goes on with what a stop left over. */
  resume(): void {
    for (const id of this.vault.list('outbox')) void this.go(id)
  }

  /** Stored when this returns, under an id of its own. */
  put(profile: string, concern: Uint8Array, danger: Answer, worker = '', files: KeptFile[] = []): string {
    const key = uuid7()
    const submission = create(SubmissionSchema, { key, kind: Kind.SAFEGUARDING_CONCERN, concern, dangerNow: danger })
    const id = Buffer.from(key).toString('hex')
    const entry: Entry = {
      profile, worker, files, sentMs: Date.now(),
      submission: Buffer.from(toBinary(SubmissionSchema, submission)).toString('base64'),
    }
    this.vault.write('outbox', id, entry)
    void this.go(id)
    return id
  }

  /** What became of it; waits at most `ms`. */
  async fate(id: string, ms: number): Promise<Fate> {
    const waiting = new Promise<Fate>((resolve) => setTimeout(resolve, ms, { state: 'waiting' }).unref())
    const done = this.go(id).then((receipt): Fate =>
      ({ state: receipt.status <= Status.DUPLICATE ? 'received' : 'refused', receipt }))
    return Promise.race([done, waiting])
  }

  private go(id: string): Promise<Receipt> {
    let wait = this.waits.get(id)
    if (!wait) {
      wait = this.deliver(id)
      wait.catch(() => this.waits.delete(id))
      this.waits.set(id, wait)
    }
    return wait
  }

  private async deliver(id: string): Promise<Receipt> {
    const done = this.vault.read<{ receipt: string }>('receipts', id)
    if (done) return fromBinary(ReceiptSchema, Buffer.from(done.receipt, 'base64'))
    const entry = this.vault.read<Entry>('outbox', id)
    if (!entry) throw new Error('nothing was sent under that number')
    const submission = fromBinary(SubmissionSchema, Buffer.from(entry.submission, 'base64'))
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const receipt = await this.once(entry, submission)
      if (receipt && receipt.status < Status.KEY_UNKNOWN) {
        if (receipt.status <= Status.DUPLICATE)
          for (const { reference } of receipt.adults) for (const file of entry.files ?? []) this.files.send(entry.profile, reference, file)
        this.vault.write('receipts', id, { receipt: Buffer.from(toBinary(ReceiptSchema, receipt)).toString('base64') })
        this.vault.remove('outbox', id)
        return receipt
      }
      const pause = Math.max(wait, receipt?.retryAfterMs ?? 0) * (1 + Math.random() / 2)
      await new Promise((resolve) => setTimeout(resolve, pause).unref())
    }
  }

  private async once({ profile, worker = '' }: Entry, submission: Submission): Promise<Receipt | null> {
    try {
      const reply = await this.linkOf(profile)
        .ask({ case: 'submit', value: { submissions: [submission] } as never }, { worker })
      const receipt = reply.body.case === 'submit' ? reply.body.value.receipts[0] : undefined
      if (!receipt) return null
      const kept = receipt.status <= Status.DUPLICATE
      return kept && !sameBytes(receipt.digest, digestOf(submission.concern)) ? null : receipt
    } catch {
      return null
    }
  }
}
