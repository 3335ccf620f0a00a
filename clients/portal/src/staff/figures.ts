// The council's own report, turned into what managers read: nothing is counted here.
import { Colour } from '../../gen/triage/v1/common_pb.js'
import type { ReportReply, ReportRow, ReportWait } from '../../gen/triage/v1/report_pb.js'
import { bars, FILLS } from './charts.js'
import type { Names } from './words.js'

const COLOURS = [Colour.RED, Colour.AMBER, Colour.GREEN] as const
const COLOUR_FILL: Record<number, string> =
  { [Colour.RED]: FILLS.red, [Colour.AMBER]: FILLS.amber, [Colour.GREEN]: FILLS.green }
const INK: Record<number, string> = { [Colour.AMBER]: '#0b0c0c' }
const COLOUR_NAME: Record<number, string> = { [Colour.RED]: 'red', [Colour.AMBER]: 'amber', [Colour.GREEN]: 'green' }

export const AGES = ['Under a day', '1 to 2 days', '3 to 7 days', '8 to 28 days', '29 to 90 days', 'More'] as const
export const WAITS: Record<string, string> = {
  first_look: 'Until somebody first took it', decision: 'Until the decision', told: 'From there until they were told',
  lead: 'From there until somebody led', enquiry: 'From there until the enquiry ended',
}

/** "45 min", "7 h 5 min", "12 days 3 h", as long as it is known to be at least. */
export function span(minutes: number, reached = true): string {
  const more = reached ? '' : 'more than '
  const hours = Math.floor(minutes / 60)
  if (hours === 0) return `${more}${minutes} min`
  if (hours < 48) return `${more}${hours} h ${minutes % 60} min`
  return `${more}${Math.floor(hours / 24)} days ${hours % 24} h`
}

function groupName(row: ReportRow, by: string, names: Names): string {
  if (row.group === '') return by === 'area' ? 'All' : 'Nobody yet'
  return by === 'team' ? names.team(row.group) : names.worker(row.group)
}

export interface Now {
  groups: { name: string; counts: number[]; all: ReportRow }[]
  svg: string
}

/** Who waits, by team and colour; teams where nobody waits or is led are left out. */
export function now(report: ReportReply, by: string, names: Names): Now {
  const groups = [...new Set(report.rows.map((r) => r.group))].flatMap((group) => {
    const own = report.rows.filter((r) => r.group === group)
    const all = own.find((r) => r.colour === Colour.UNSPECIFIED)
    if (!all || (all.waiting === 0 && all.led === 0 && all.unled === 0 && all.arrived === 0)) return []
    const counts = COLOURS.map((c) => own.find((r) => r.colour === c)?.waiting ?? 0)
    return [{ name: groupName(all, by, names), counts, all }]
  })
  const svg = bars('Who waits for a decision, by team and colour', groups.map((g) => ({ label: g.name,
    parts: COLOURS.map((c, i) => ({ name: COLOUR_NAME[c]!, n: g.counts[i]!, fill: COLOUR_FILL[c]!, ink: INK[c] ?? '#fff' })) })))
  return { groups, svg }
}

/** How old what waits is, by colour. */
export function ages(report: ReportReply): { rows: { name: string; counts: number[] }[]; svg: string } {
  const area = COLOURS.map((c) => report.rows.find((r) => r.group === '' && r.colour === c)?.waitingByAge ?? [])
  const rows = AGES.map((name, i) => ({ name, counts: area.map((list) => list[i] ?? 0) }))
  const svg = bars('How long what waits has waited, by colour', rows.map((r) => ({ label: r.name,
    parts: COLOURS.map((c, i) => ({ name: COLOUR_NAME[c]!, n: r.counts[i]!, fill: COLOUR_FILL[c]!, ink: INK[c] ?? '#fff' })) })))
  return { rows, svg }
}

export interface Flow {
  arrived: number
  decided: number
  waiting: number
  /** Null: it does not get shorter. */
  weeksToClear: number | null
}
export function flow(report: ReportReply, days: number): Flow | null {
  const all = report.rows.find((r) => r.group === '' && r.colour === Colour.UNSPECIFIED)
  if (!all) return null
  const fewer = (all.decided - all.arrived) / (days / 7)
  return { arrived: all.arrived, decided: all.decided, waiting: all.waiting,
    weeksToClear: all.waiting === 0 ? 0 : fewer > 0 ? Math.ceil(all.waiting / fewer) : null }
}

export interface WaitRow {
  group: string
  colour: Colour
  begun: number
  over: number
  waiting: number
  before: number
  half: string
  most: string
  longest: string
}

function waitRow(row: ReportRow, w: ReportWait, group: string): WaitRow {
  return { group, colour: row.colour, begun: w.begun, over: w.over, waiting: w.waiting, before: w.before,
    half: w.begun === 0 ? '' : span(w.halfMinutes, w.halfReached), most: w.begun === 0 ? '' : span(w.mostMinutes, w.mostReached),
    longest: w.waiting + w.before === 0 ? '' : span(w.longestWaitingMinutes) }
}

/** One wait, by group and colour: half of them and nine in ten were over by when, and who still waits. */
export function timeliness(report: ReportReply, what: string, by: string, names: Names): { rows: WaitRow[]; svg: string } {
  const rows = report.rows.flatMap((row) => row.waits.filter((w) => w.what === what && w.begun + w.before > 0)
    .map((w) => ({ row: waitRow(row, w, groupName(row, by, names)), w })))
  const all = rows.filter(({ row }) => row.colour === Colour.UNSPECIFIED)
  const hours = (minutes: number): number => Math.round(minutes / 60)
  const svg = bars(`${WAITS[what]}: hours by which half, and nine in ten, were over`, all.flatMap(({ row, w }) => [
    { label: `${row.group}: half`, parts: [{ name: 'half', n: hours(w.halfMinutes), fill: FILLS.plain }] },
    { label: '9 in 10', parts: [{ name: 'nine in ten', n: hours(w.mostMinutes), fill: FILLS.other }] }]))
  return { rows: rows.map((r) => r.row), svg }
}
