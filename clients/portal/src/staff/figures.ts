// The council's own report, turned into what managers read: nothing is counted here.
import { Colour } from '../../gen/triage/v1/common_pb.js'
import type { ReportReply, ReportRow, ReportWait } from '../../gen/triage/v1/report_pb.js'
import { bars, FILLS } from './charts.js'
import type { By } from './reports.js'
import { inWords, type Names } from './words.js'

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

const NOBODY: Record<By, string> = { area: 'All', team: 'Nobody yet', worker: 'Nobody yet', provider: 'Not known', rule: 'No rule could',
  decision: 'Not decided' }
const DECISIONS: Record<string, string> = {
  met: 'Section 42 enquiry', other: 'Other enquiry', forward: 'Forwarded', settled: 'Ended otherwise', not_met: 'No enquiry',
  not_met_no_care_needs: 'No enquiry: no needs for care', not_met_no_abuse_or_risk: 'No enquiry: no abuse, no risk of it',
  not_met_can_protect_self: 'No enquiry: can protect themselves', not_met_outside_s42: 'No enquiry: outside section 42',
  not_met_under_18: 'No enquiry: under 18', not_met_other_area: 'No enquiry: another area',
}

/** Whom or what a row is about, in words. */
export function groupName(row: ReportRow, by: By, names: Names): string {
  const { group } = row
  if (group === '') return NOBODY[by]
  if (by === 'team') return names.team(group)
  if (by === 'provider') return names.provider(group)
  if (by === 'rule') return inWords(group.replace(/ (\d+)$/, ', row $1'))
  return by === 'decision' ? DECISIONS[group] ?? inWords(group) : names.worker(group)
}

export interface Now {
  groups: { name: string; counts: number[]; all: ReportRow }[]
  svg: string
}

/** Who waits, by team and colour; teams where nobody waits or is led are left out. */
export function now(report: ReportReply, names: Names): Now {
  const groups = [...new Set(report.rows.map((r) => r.group))].flatMap((group) => {
    const own = report.rows.filter((r) => r.group === group)
    const all = own.find((r) => r.colour === Colour.UNSPECIFIED)
    if (!all || (all.waiting === 0 && all.led === 0 && all.unled === 0 && all.arrived === 0)) return []
    const counts = COLOURS.map((c) => own.find((r) => r.colour === c)?.waiting ?? 0)
    return [{ name: groupName(all, 'team', names), counts, all }]
  })
  const svg = bars('Who waits for a decision, by team and colour', groups.map((g) => ({ label: g.name,
    parts: COLOURS.map((c, i) => ({ name: COLOUR_NAME[c]!, n: g.counts[i]!, fill: COLOUR_FILL[c]!, ink: INK[c] ?? '#fff' })) })))
  return { groups, svg }
}

function sum<T>(list: readonly T[], of: (one: T) => number): number {
  return list.reduce((all, one) => all + of(one), 0)
}

/** How old what waits is, by colour: of all the report's groups together. */
export function ages(report: ReportReply): { rows: { name: string; counts: number[] }[]; svg: string } {
  const of = (c: Colour, i: number): number => sum(report.rows.filter((r) => r.colour === c), (r) => r.waitingByAge[i] ?? 0)
  const rows = AGES.map((name, i) => ({ name, counts: COLOURS.map((c) => of(c, i)) }))
  const svg = bars('How long what waits has waited, by colour', rows.map((r) => ({ label: r.name,
    parts: COLOURS.map((c, i) => ({ name: COLOUR_NAME[c]!, n: r.counts[i]!, fill: COLOUR_FILL[c]!, ink: INK[c] ?? '#fff' })) })))
  return { rows, svg }
}

export interface Flow {
  name: string
  arrived: number
  decided: number
  waiting: number
  /** Weeks until those who wait were decided, if nothing new came; "" when nothing is decided. */
  alone: string
  /** The same, while as much comes in as did: it may never get less. */
  atThisPace: string
}

function weeks(waiting: number, aWeek: number): string {
  if (waiting === 0) return 'nothing waits'
  return aWeek > 0 ? `${Math.ceil(waiting / aWeek)}` : 'never'
}

/** What came in and went out, by team and of all. */
export function flow(report: ReportReply, days: number, names: Names): { rows: Flow[]; svg: string } {
  const all = report.rows.filter((r) => r.colour === Colour.UNSPECIFIED && r.arrived + r.decided + r.waiting > 0)
  const row = (name: string, of: readonly ReportRow[]): Flow => {
    const [arrived, decided, waiting] = [sum(of, (r) => r.arrived), sum(of, (r) => r.decided), sum(of, (r) => r.waiting)]
    return { name, arrived, decided, waiting, alone: weeks(waiting, (decided * 7) / days),
      atThisPace: weeks(waiting, ((decided - arrived) * 7) / days) }
  }
  const rows = [...all.map((r) => row(groupName(r, 'team', names), [r])), ...(all.length > 1 ? [row('All', all)] : [])]
  const svg = rows.length === 0 ? '' : bars('What came in, and what was decided', rows.flatMap((r) => [
    { label: `${r.name}: in`, parts: [{ name: 'in', n: r.arrived, fill: FILLS.plain }] },
    { label: 'out', parts: [{ name: 'decided', n: r.decided, fill: FILLS.green }] }]))
  return { rows, svg }
}

/** Decisions whose referrer was to be told, by team. */
export function told(report: ReportReply, names: Names): { rows: (string | number)[][]; svg: string } {
  const teams = report.rows.filter((r) => r.colour === Colour.UNSPECIFIED && r.noticesOwed > 0)
  const rows = teams.map((r) => {
    const wait = r.waits.find((w) => w.what === 'told')
    return [groupName(r, 'team', names), r.noticesOwed, r.noticesTold, r.noticesOwed - r.noticesTold, r.noticesUnread,
      wait && wait.begun > 0 ? span(wait.halfMinutes, wait.halfReached) : '', wait && wait.begun > 0 ? span(wait.mostMinutes, wait.mostReached) : '']
  })
  const svg = teams.length === 0 ? '' : bars('Who was told of decisions', teams.map((r) => ({ label: groupName(r, 'team', names), parts: [
    { name: 'read', n: r.noticesTold - r.noticesUnread, fill: FILLS.green }, { name: 'not read', n: r.noticesUnread, fill: FILLS.amber, ink: '#0b0c0c' },
    { name: 'not told', n: r.noticesOwed - r.noticesTold, fill: FILLS.red }] })))
  return { rows, svg }
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
export function timeliness(report: ReportReply, what: string, by: By, names: Names): { rows: WaitRow[]; svg: string } {
  const rows = report.rows.flatMap((row) => row.waits.filter((w) => w.what === what && w.begun + w.before > 0)
    .map((w) => ({ row: waitRow(row, w, groupName(row, by, names)), w })))
  const all = rows.filter(({ row }) => row.colour === Colour.UNSPECIFIED)
  const hours = (minutes: number): number => Math.round(minutes / 60)
  const svg = bars(`${WAITS[what]}: hours by which half, and nine in ten, were over`, all.flatMap(({ row, w }) => [
    { label: `${row.group}: half`, parts: [{ name: 'half', n: hours(w.halfMinutes), fill: FILLS.plain }] },
    { label: '9 in 10', parts: [{ name: 'nine in ten', n: hours(w.mostMinutes), fill: FILLS.other }] }]))
  return { rows: rows.map((r) => r.row), svg }
}
