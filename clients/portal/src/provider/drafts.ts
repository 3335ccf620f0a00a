// Concerns that are being written: each its author's own, encrypted on disk, kept for 30 days (services.ts).
import { createHash, randomBytes } from 'node:crypto'
import type { Vault } from '../app/vault.js'
import type { KeptFile } from '../wire/files.js'
import { type Answers, textOf } from './fields.js'

export interface Draft {
  readonly id: string
  readonly createdMs: number
  changedMs: number
  answers: Answers
  /** That go with it. */
  files?: KeptFile[]
  /** On its way: its number in the outbox. */
  sending?: string
}

export class Drafts {
  constructor(private readonly vault: Vault) {}

  private file(owner: string, id: string): string {
    return `${createHash('sha256').update(owner).digest('hex').slice(0, 16)}_${id}`
  }

  of(owner: string): Draft[] {
    const mine = this.file(owner, '')
    return this.vault.list('drafts').filter((f) => f.startsWith(mine))
      .map((f) => this.vault.read<Draft>('drafts', f)).filter((d): d is Draft => d !== null)
      .sort((a, b) => b.changedMs - a.changedMs)
  }

  get(owner: string, id: string): Draft | null {
    return this.vault.read<Draft>('drafts', this.file(owner, id))
  }

  make(owner: string, answers: Answers): Draft {
    const now = Date.now()
    const draft: Draft = { id: randomBytes(8).toString('hex'), createdMs: now, changedMs: now, answers }
    this.keep(owner, draft)
    return draft
  }

  keep(owner: string, draft: Draft): void {
    draft.changedMs = Date.now()
    this.vault.write('drafts', this.file(owner, draft.id), draft)
  }

  remove(owner: string, draft: Draft): void {
    this.vault.remove('drafts', this.file(owner, draft.id))
  }
}

/** How a list calls it. */
export function titleOf(draft: Draft): string {
  return textOf(draft.answers['adult_name']) || 'No name yet'
}
