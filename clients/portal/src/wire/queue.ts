// A team's board as the council pushes it: one subscription a team, shared by everybody who watches.
import { EventEmitter } from 'node:events'
import { CaseState } from '../../gen/triage/v1/common_pb.js'
import type { Headline, QueuePush } from '../../gen/triage/v1/desk_pb.js'
import type { Link } from './link.js'

const CREDIT = 1_024

/** Most urgent first, as the council's queue has it: colour, score, then how long it has waited. */
export function byUrgency(a: Headline, b: Headline): number {
  return b.colour - a.colour || b.score - a.score || Number(a.receivedMs - b.receivedMs) ||
    a.reference.localeCompare(b.reference)
}

/** Met, and nobody of the team leads it. What another team offered waits here for an answer, as the queue does. */
export function isUnled(h: Headline, team: string): boolean {
  return h.state === CaseState.DECIDED_MET || (h.state === CaseState.HANDOVER_OFFERED && h.team === team)
}

/** Another team has it, past the MASH, whose board shows a copy until it is decided. */
export function isCopy(h: Headline, team: string): boolean {
  return h.direct && h.team !== team
}

/** What stands on a board as a whole; counted once for everybody until something changes. */
export interface QueueSummary {
  /** Whom nobody has yet, by colour. */
  free: readonly number[]
  /** Met, and nobody leads: this team's own, offered to others or not. */
  unled: number
  /** Copies of what other teams have: none of this team's figures. */
  copies: number
  providers: readonly string[]
  kinds: readonly number[]
}

export interface QueueChange {
  changed: readonly Headline[]
  gone: readonly string[]
  /** The board was told anew from its head. */
  whole: boolean
}

export class Queue extends EventEmitter<{ change: [QueueChange] }> {
  private rows = new Map<string, Headline>()
  private sorted: Headline[] | null = null
  private counted: QueueSummary | null = null
  private used = 0
  private told = false

  constructor(private readonly link: Link, readonly team: string) {
    super()
    this.setMaxListeners(0)
    link.onUp.add(() => this.follow())
    link.onPush.add((reply) => {
      if (reply.body.case === 'queuePush' && reply.body.value.team === team) this.take(reply.body.value)
    })
    if (link.isUp) this.follow()
  }

  /** All that stood on the board has been told. */
  get isWhole(): boolean {
    return this.told && this.link.isUp
  }

  /** In order, copies after all that is the team's; sorted once for everybody until something changes. */
  headlines(): readonly Headline[] {
    const copied = (h: Headline): number => Number(isCopy(h, this.team))
    return (this.sorted ??= [...this.rows.values()].sort((a, b) => copied(a) - copied(b) || byUrgency(a, b)))
  }

  summary(): QueueSummary {
    if (this.counted) return this.counted
    const free = [0, 0, 0, 0]
    let [unled, copies] = [0, 0]
    const [providers, kinds] = [new Set<string>(), new Set<number>()]
    for (const h of this.rows.values()) {
      if (isCopy(h, this.team)) copies += 1
      else if (isUnled(h, this.team)) unled += 1
      else if (h.heldBy === '') free[h.colour]! += 1
      if (h.provider !== '') providers.add(h.provider)
      kinds.add(h.kind)
    }
    return (this.counted = { free, unled, copies, providers: [...providers].sort(), kinds: [...kinds].sort() })
  }

  get(reference: string): Headline | undefined {
    return this.rows.get(reference)
  }

  private follow(): void {
    this.used = 0
    this.link.ask({ case: 'followQueue', value: { team: this.team, credit: CREDIT, held: true } as never })
      .catch(() => undefined) // Followed anew when the connection is back.
  }

  private take(push: QueuePush): void {
    this.sorted = this.counted = null
    if (push.first) {
      this.rows = new Map()
      this.told = false
    }
    for (const h of push.headlines) this.rows.set(h.reference, h)
    for (const reference of push.gone) this.rows.delete(reference)
    const whole = push.listed && !this.told
    if (push.listed) this.told = true
    this.used += push.headlines.length + push.gone.length
    if (this.used >= CREDIT / 2) {
      this.link.ask({ case: 'credit', value: { team: this.team, credit: this.used } as never }).catch(() => undefined)
      this.used = 0
    }
    if (this.told) this.emit('change', { changed: push.headlines, gone: push.gone, whole })
  }
}
