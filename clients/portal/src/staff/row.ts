// One line of a board, as the page and the live updates both show it; and which lines a person wants to see.
import { CaseState, Colour } from '../../gen/triage/v1/common_pb.js'
import type { Headline } from '../../gen/triage/v1/desk_pb.js'
import { isCopy, isUnled } from '../wire/queue.js'
import { KIND_WORDS, type Names, STATE_WORDS } from './words.js'

export interface Row {
  reference: string
  colour: Colour
  was: Colour
  moved: boolean
  receivedMs: bigint
  decideByMs: bigint
  overdue: boolean
  kind: string
  provider: string
  state: string
  holder: string
  leaseUntilMs: bigint
  follows: number
  twin: string
  org: string
  lookAgain: boolean
  /** Something came in that nobody has weighed. */
  news: boolean
  /** Met, and nobody leads, or another team has yet to answer; "" otherwise. */
  unled: string
  metMs: bigint
  leadByMs: bigint
  /** Of a copy: the team that has it; "" of this team's own. */
  copyOf: string
}

const isDecided = (h: Headline): boolean => h.state === CaseState.DECIDED_MET || h.state === CaseState.HANDOVER_OFFERED

function unledWords(h: Headline, names: Names): string {
  if (!isDecided(h)) return ''
  return h.state === CaseState.DECIDED_MET ? 'Met, nobody leads' : h.offeredTo ? `Offered to ${names.team(h.offeredTo)}` : STATE_WORDS[h.state]
}

/** As the board of `team` shows it. */
export function rowOf(h: Headline, names: Names, team: string): Row {
  return {
    copyOf: isCopy(h, team) ? names.team(h.team) : '',
    unled: unledWords(h, names), metMs: h.metMs, leadByMs: h.leadByMs,
    reference: h.reference, colour: h.colour, was: h.was, moved: h.was !== h.colour && h.was !== Colour.UNSPECIFIED,
    receivedMs: h.receivedMs, decideByMs: h.decideByMs, overdue: isOverdue(h), kind: h.clearAWorker ? '' : KIND_WORDS[h.kind] ?? '',
    provider: h.clearAWorker ? 'Restricted: a manager here accepts it, for a worker who is cleared' : names.provider(h.provider), state: STATE_WORDS[h.state] ?? '', holder: h.heldBy ? names.worker(h.heldBy) : '',
    leaseUntilMs: h.leaseUntilMs, follows: h.linked, twin: h.twin, org: h.org, lookAgain: h.lookAgain, news: h.news,
  }
}

/** The council's mark, or its date has passed since the council last told of it. */
export function isOverdue(h: Headline): boolean {
  const due = isDecided(h) ? h.leadByMs : h.decideByMs
  return h.overdue || (due > 0n && Number(due) < Date.now())
}

export interface Filters {
  colour: string
  provider: string
  kind: string
  /** "overdue", "free": nobody has it; "mine"; "unled": met, and nobody leads; "copies": another team has it. */
  only: string
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export function filtersOf(query: Record<string, unknown>): Filters {
  return {
    colour: text(query['colour']), provider: text(query['provider']), kind: text(query['kind']), only: text(query['only']),
  }
}

export function matches(h: Headline, f: Filters, worker: string, team: string): boolean {
  if (f.colour && h.colour !== Number(f.colour)) return false
  if (f.provider && h.provider !== f.provider) return false
  if (f.kind && h.kind !== Number(f.kind)) return false
  if (f.only === 'overdue') return isOverdue(h)
  if (f.only === 'free') return h.heldBy === '' && !isUnled(h, team) && !isCopy(h, team)
  if (f.only === 'copies') return isCopy(h, team)
  if (f.only === 'unled') return isUnled(h, team)
  if (f.only === 'mine') return h.heldBy === worker
  return true
}

/** The same filters, as an address says them; empty when there are none. */
export function queryOf(f: Filters): string {
  const query = new URLSearchParams(Object.entries(f).filter(([, v]) => v !== ''))
  return [...query].length > 0 ? `?${query}` : ''
}
