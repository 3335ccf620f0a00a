// Colleagues whom an author names: they may read a thread, or a draft, that nobody else at the organisation sees.  The
// council knows the author's key alone and tells everything to it; here is kept, encrypted, for whom it is shown.
import { createHash } from 'node:crypto'
import type { Account } from '../app/accounts.js'
import type { Services } from '../app/services.js'

/** What somebody was named for: a thread by its reference, a draft by its number. */
export interface Named {
  kind: 'thread' | 'draft'
  id: string
  author: string
}
interface Kept extends Named {
  colleague: string
}

const DRAWER = 'named'

/** One file for each colleague and thing, under names that tell neither without the portal's secret. */
export class Circles {
  private readonly salt: string

  constructor(private readonly services: Services) {
    this.salt = services.vault.derive('circles')
  }

  private mark(text: string): string {
    return createHash('sha256').update(`${this.salt} ${text}`).digest('hex').slice(0, 32)
  }
  private file(colleague: string, { kind, id, author }: Named): string {
    return `${this.mark(colleague)}_${this.mark(`${kind} ${id} ${author}`)}`
  }

  /** Whom an author may name: everybody else who reports for the same organisation. */
  colleagues(author: Account): Account[] {
    return this.services.accounts.all().filter((a) => a.organisation === author.organisation && a.id !== author.id)
  }

  /** Whom it is shown to, beside its author. */
  of(thing: Named): Account[] {
    const author = this.services.accounts.get(thing.author)
    return author ? this.colleagues(author).filter((a) => this.holds(a.id, thing)) : []
  }

  authorOf(thing: Named): Account | null {
    return this.services.accounts.get(thing.author)
  }

  private holds(colleague: string, thing: Named): boolean {
    return this.services.vault.read<Kept>(DRAWER, this.file(colleague, thing)) !== null
  }

  name(thing: Named, colleagues: readonly string[]): void {
    const author = this.services.accounts.get(thing.author)
    for (const { id } of author ? this.colleagues(author) : [])
      if (!colleagues.includes(id)) this.services.vault.remove(DRAWER, this.file(id, thing))
      else if (!this.holds(id, thing)) this.services.vault.write(DRAWER, this.file(id, thing), { ...thing, colleague: id } satisfies Kept)
  }

  /** Where this person was named, by authors who still work beside them. */
  naming(person: Account): Named[] {
    const mine = `${this.mark(person.id)}_`
    return this.services.vault.list(DRAWER).filter((f) => f.startsWith(mine))
      .map((f) => this.services.vault.read<Kept>(DRAWER, f))
      .filter((k): k is Kept => k !== null && this.services.accounts.get(k.author)?.organisation === person.organisation)
  }

  /** A draft was sent, and is a thread now; or it is gone. */
  becomes(draft: Named, reference: string | null): void {
    if (reference !== null) this.name({ ...draft, kind: 'thread', id: reference }, this.of(draft).map((a) => a.id))
    this.name(draft, [])
  }
}
