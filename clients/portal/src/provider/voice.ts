// Which of the council's principals speaks for a person: their organisation's key, or one of their own, whose
// threads no colleague can see.  The council keeps the two apart; nothing here decides who may see what.
import { Status } from '../../gen/triage/v1/common_pb.js'
import type { CaseBrief, Notice } from '../../gen/triage/v1/intake_pb.js'
import type { Account } from '../app/accounts.js'
import type { Organisation } from '../app/config.js'
import type { Services } from '../app/services.js'
import { type Link, Refused } from '../wire/link.js'

export interface Voice {
  readonly profile: string
  readonly own: boolean
}
export interface Thread {
  readonly voice: Voice
  readonly brief: CaseBrief
}

const PAGE = 200

export class Voices {
  constructor(private readonly services: Services) {}

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
    const all = await Promise.all(this.of(person).map((voice) => this.mine(voice)))
    return all.flat().sort((a, b) => Number(b.brief.receivedMs - a.brief.receivedMs))
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

  /** One thread; Refused when it is nobody's that this person speaks through. */
  async thread(person: Account, reference: string): Promise<Thread> {
    let refused: unknown
    for (const voice of this.of(person))
      try {
        const { case: brief } = await this.link(voice).fetch('case', { case: 'status', value: { reference } as never })
        if (brief) return { voice, brief }
      } catch (e) {
        if (!(e instanceof Refused) || e.status >= Status.KEY_UNKNOWN) throw e
        refused = e
      }
    throw refused
  }

  /** Commands that the council takes from this key about this case now; none of a case that it may not know. */
  async open(voice: Voice, reference: string): Promise<Set<string>> {
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
