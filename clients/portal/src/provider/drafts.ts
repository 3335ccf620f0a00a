// Concerns that are being written: each its author's own, encrypted on disk, kept for 30 days.
import { createHash, randomBytes } from 'node:crypto'
import type { Account } from '../app/accounts.js'
import type { Vault } from '../app/vault.js'
import { type Answers, textOf } from './fields.js'

export const KEPT_DAYS = 30

export interface Draft {
  readonly id: string
  readonly createdMs: number
  changedMs: number
  answers: Answers
  /** On its way: its number in the outbox. */
  sending?: string
}

export class Drafts {
  constructor(private readonly vault: Vault) {
    vault.sweep('drafts', KEPT_DAYS * 86_400_000)
  }

  private file(person: Account, id: string): string {
    return `${createHash('sha256').update(person.id).digest('hex').slice(0, 16)}_${id}`
  }

  of(person: Account): Draft[] {
    const mine = this.file(person, '')
    return this.vault.list('drafts').filter((f) => f.startsWith(mine))
      .map((f) => this.vault.read<Draft>('drafts', f)).filter((d): d is Draft => d !== null)
      .sort((a, b) => b.changedMs - a.changedMs)
  }

  get(person: Account, id: string): Draft | null {
    return this.vault.read<Draft>('drafts', this.file(person, id))
  }

  make(person: Account): Draft {
    const now = Date.now()
    const draft: Draft = {
      id: randomBytes(8).toString('hex'), createdMs: now, changedMs: now,
      answers: {
        your_name: person.name, your_job: person.job, your_telephone: person.telephone, your_email: person.email,
      },
    }
    this.keep(person, draft)
    return draft
  }

  keep(person: Account, draft: Draft): void {
    draft.changedMs = Date.now()
    this.vault.write('drafts', this.file(person, draft.id), draft)
  }

  remove(person: Account, draft: Draft): void {
    this.vault.remove('drafts', this.file(person, draft.id))
  }
}

/** How a list calls it. */
export function titleOf(draft: Draft): string {
  return textOf(draft.answers['adult_name']) || 'No name yet'
}
