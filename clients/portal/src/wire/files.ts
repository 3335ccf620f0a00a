// Files on their way to the council: on disk, encrypted, until the last part was answered; sent from where the council
// says that it is, also after a restart; then gone.
import { randomBytes } from 'node:crypto'
import { create } from '@bufbuild/protobuf'
import { Status } from '../../gen/triage/v1/common_pb.js'
import { type Attachment, AttachmentSchema } from '../../gen/triage/v1/concern_pb.js'
import type { Vault } from '../app/vault.js'
import { digestOf } from './keys.js'
import type { Link } from './link.js'

const FIRST_WAIT_MS = 200
const LONGEST_WAIT_MS = 30_000
const ANSWER_MS = 60_000

export interface KeptFile {
  readonly id: string
  readonly name: string
  readonly mediaType: string
  readonly size: number
  /** Hexadecimal. */
  readonly digest: string
}
interface Entry {
  profile: string
  reference: string
  file: KeptFile
  /** Why the council does not take it: it is not sent any more. */
  problem?: string
}

export function attachmentOf(file: KeptFile): Attachment {
  return create(AttachmentSchema, { name: file.name, mediaType: file.mediaType, sizeBytes: BigInt(file.size),
    digest: Buffer.from(file.digest, 'hex') })
}

export class Files {
  constructor(private readonly vault: Vault, private readonly linkOf: (profile: string) => Link,
    private readonly anyLink: () => Link | null) {}

  /** What the council takes, as its hello said; its defaults until then. */
  limits(): { bytes: number; files: number } {
    const limits = this.anyLink()?.greeting?.limits
    return { bytes: limits ? Number(limits.fileBytesMax) : 10_485_760, files: limits?.filesMax ?? 20 }
  }

  keep(name: string, mediaType: string, bytes: Buffer): KeptFile {
    const id = randomBytes(12).toString('hex')
    this.vault.write('files', id, { bytes: bytes.toString('base64') })
    return { id, name, mediaType, size: bytes.length, digest: digestOf(bytes).toString('hex') }
  }

  forget(file: KeptFile): void {
    this.vault.remove('files', file.id)
  }

  resume(): void {
    for (const id of this.vault.list('uploads')) void this.go(id)
  }

  /** To a case that names it; stored when this returns. */
  send(profile: string, reference: string, file: KeptFile): void {
    const entry: Entry = { profile, reference, file }
    const id = `${reference}_${file.id}`
    this.vault.write('uploads', id, entry)
    void this.go(id)
  }

  /** Those of a case that the council does not take, and why. */
  troubles(reference: string): { name: string; text: string }[] {
    return this.vault.list('uploads').filter((id) => id.startsWith(`${reference}_`))
      .map((id) => this.vault.read<Entry>('uploads', id))
      .flatMap((e) => (e?.problem ? [{ name: e.file.name, text: e.problem }] : []))
  }

  private done(id: string, file: KeptFile): void {
    this.vault.remove('uploads', id)
    const others = this.vault.list('uploads').some((other) => other.endsWith(`_${file.id}`))
    if (!others) this.forget(file)
  }

  private async go(id: string): Promise<void> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      const entry = this.vault.read<Entry>('uploads', id)
      if (!entry || entry.problem) return
      try {
        const problem = await this.deliver(entry)
        if (problem === '') return this.done(id, entry.file)
        this.forget(entry.file)
        return this.vault.write('uploads', id, { ...entry, problem })
      } catch {
        // No answer, or busy: again, from where it is.
      }
      await new Promise((resolve) => setTimeout(resolve, wait).unref())
    }
  }

  /** "" when all of it is there; else why the council will not take it. */
  private async deliver({ profile, reference, file }: Entry): Promise<string> {
    const kept = this.vault.read<{ bytes: string }>('files', file.id)
    if (!kept) return 'The file is no longer on this website. Choose it again.'
    const bytes = Buffer.from(kept.bytes, 'base64')
    const digest = Buffer.from(file.digest, 'hex')
    const link = this.linkOf(profile)
    for (let offset = 0n, part: Buffer = Buffer.alloc(0); ;) {
      const reply = await link.ask({ case: 'attach', value: { reference, digest, offset, part } as never }, { timeoutMs: ANSWER_MS })
      if (reply.status >= Status.KEY_UNKNOWN) throw new Error('again')
      const here = reply.body.case === 'attach' ? reply.body.value.file : undefined
      if (!here || (reply.status > Status.DUPLICATE && reply.status !== Status.CONFLICT))
        return reply.problems[0]?.text ?? reply.text
      offset = here.receivedBytes
      if (offset >= BigInt(bytes.length)) return ''
      const size = link.greeting?.limits?.partBytes ?? 49_152
      part = bytes.subarray(Number(offset), Number(offset) + size)
    }
  }
}
