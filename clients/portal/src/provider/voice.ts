// Which of the council's principals speaks for a person: their organisation's key, or one of their own, whose
// threads no colleague can see.  The council keeps the two apart; nothing here decides who may see what.
import { Status } from '../../gen/triage/v1/common_pb.js'
import type { CaseBrief, Notice } from '../../gen/triage/v1/intake_pb.js'
import type { Account } from '../app/accounts.js'
import type { Organisation } from '../app/config.js'
import type { Services } from '../app/services.js'
import { Circles } from './circles.js'
import { type Link, Refused } from '../wire/link.js'

export interface Voice {
  readonly profile: string
  readonly own: boolean
  /** A colleague's, who named this person for one thread: to be read, not to be spoken through. */
  readonly author?: string
}
export interface Thread {
  readonly voice: Voice
  readonly brief: CaseBrief
}

/** There is no such thread, or it is not this person's to see: the two look the same. */
export class NotTheirs extends Error {
  readonly status = 404
}

const PAGE = 200

export class Voices {
  private readonly circles: Circles

  constructor(private readonly services: Services) {
    this.circles = new Circles(services)
  }

  organisation(person: Account): Organisation {
    const found = this.services.config.organisations.get(person.organisation)
    if (!found) throw new Error(`account ${person.id}: no such organisation in portal.yaml`)
    return found
  }

  of(person: Account): Voice[] {
    const shared = { profile: this.organisation(person).profile, own: false }
    return person.ownProfile ? [shared, { profile: person.ownProfile, own: true }] : [shared]
  }

  link(voice: Voice): Link {
    return this.services.link(voice.profile)
  }

  /** Every thread that this person may see, newest first. */
  async threads(person: Account): Promise<Thread[]> {
    const [own, shown] = await Promise.all([Promise.all(this.of(person).map((voice) => this.mine(voice))), this.shownTo(person)])
    return [...own.flat(), ...shown].sort((a, b) => Number(b.brief.receivedMs - a.brief.receivedMs))
  }

  /** The key of a colleague who named this person for that thread; null when none did. */
  private named(person: Account, reference: string): Voice | null {
    const naming = this.circles.naming(person).find((n) => n.kind === 'thread' && n.id === reference)
    const author = naming && this.services.accounts.get(naming.author)
    return author?.ownProfile ? { profile: author.ownProfile, own: true, author: author.name } : null
  }

  private async shownTo(person: Account): Promise<Thread[]> {
    const references = this.circles.naming(person).filter((n) => n.kind === 'thread').map((n) => n.id)
    const found = await Promise.all(references.map(async (reference) => {
      const voice = this.named(person, reference)
      return voice && this.status(voice, reference)
    }))
    return found.filter((t): t is Thread => t !== null)
  }

  /** Null when the council says that it is none of that key's. */
  private async status(voice: Voice, reference: string): Promise<Thread | null> {
    try {
      const { case: brief } = await this.link(voice).fetch('case', { case: 'status', value: { reference } as never })
      return brief ? { voice, brief } : null
    } catch (e) {
      if (e instanceof Refused && e.status < Status.KEY_UNKNOWN) return null
      throw e
    }
  }

  private async mine(voice: Voice): Promise<Thread[]> {
    const found: Thread[] = []
    for (let after = '', more = true; more;) {
      const reply = await this.link(voice)
        .fetch('mine', { case: 'mine', value: { afterReference: after, limit: PAGE, openOnly: false } as never })
      found.push(...reply.cases.map((brief) => ({ voice, brief })))
      more = reply.more && reply.cases.length > 0
      after = reply.cases.at(-1)?.reference ?? ''
    }
    return found
  }

  /** One thread; NotTheirs when nobody speaks for this person there. */
  async thread(person: Account, reference: string): Promise<Thread> {
    const named = this.named(person, reference)
    for (const voice of named ? [...this.of(person), named] : this.of(person)) {
      const thread = await this.status(voice, reference)
      if (thread) return thread
    }
    throw new NotTheirs()
  }

  /** Commands that the council takes from this key about this case now; none of a case that it may not know. */
  async open(voice: Voice, reference: string): Promise<Set<string>> {
    if (voice.author !== undefined) return new Set()
    try {
      const { actions } = await this.link(voice).fetch('actions', { case: 'actions', value: { reference } as never })
      return new Set(actions.filter((a) => a.open).map((a) => a.command))
    } catch (e) {
      if (e instanceof Refused && e.status < Status.KEY_UNKNOWN) return new Set()
      throw e
    }
  }

  heard(voice: Voice): Notice[] {
    return this.services.notices(voice.profile).all()
  }

  notices(thread: Thread): Notice[] {
    return this.services.notices(thread.voice.profile).of(thread.brief.reference)
  }

  /** The notices of a thread were on a person's screen. */
  shown(thread: Thread, notices: readonly Notice[], person: Account): void {
    this.services.notices(thread.voice.profile).shown(notices, person.name)
  }
}
