// How well it went: what was put right, what concerns came to, which decisions were doubted, what adults wanted.
// Each figure is so many of so many, as the council's report counts them; the shares alone are worked out here.
import { Colour } from '../../gen/triage/v1/common_pb.js'
import type { ReportQuality, ReportReply, ReportRow } from '../../gen/triage/v1/report_pb.js'
import { type Bar, bars, FILLS, type Part } from './charts.js'
import { groupName } from './figures.js'
import type { By } from './reports.js'
import type { Names } from './words.js'

/** Of fewer than so many a share says nothing, and may say who it was. */
const SHARE_LEAST = 10
const BARS_MAX = 12
/** Groups in one table, those with most first; the others are counted. */
const GROUPS_MAX = 100

/** "3 of 40 (8%)"; of a handful the numbers alone. */
export function share(some: number, all: number): string {
  if (all === 0) return '-'
  return all < SHARE_LEAST ? `${some} of ${all}` : `${some} of ${all} (${Math.round((100 * some) / all)}%)`
}

/** What the share may well be in the long run: Wilson's interval (1927), nineteen times in twenty. */
export function likely(some: number, all: number): string {
  if (all < SHARE_LEAST) return all === 0 ? '-' : 'too few to say'
  const z = 1.96, p = some / all, square = z * z / all
  const middle = (p + square / 2) / (1 + square)
  const half = (z * Math.sqrt((p * (1 - p)) / all + square / (4 * all))) / (1 + square)
  return `${Math.round(100 * Math.max(0, middle - half))}% to ${Math.round(100 * Math.min(1, middle + half))}%`
}

interface Group {
  name: string
  decided: number
  led: number
  q: ReportQuality
}

export interface Figure {
  caption: string
  explained: string
  heads: string[]
  rows: (string | number)[][]
  svg: string
}

interface Table {
  caption: string
  explained: string
  /** How many it is about: groups without any are left out. */
  of(g: Group): number
  columns: [head: string, cell: (g: Group) => string | number][]
  parts(g: Group): Part[]
}

const part = (name: string, n: number, fill: string, ink?: string): Part => ({ name, n, fill, ...(ink ? { ink } : {}) })
const DARK = '#0b0c0c'
const expressed = (q: ReportQuality): number => q.fully + q.partly + q.notAchieved
const answered = (q: ReportQuality): number => q.upheld + q.partUpheld + q.notUpheld + q.outOfScope
const settled = (q: ReportQuality): number => q.received - q.undecided - q.met - q.other - q.notMet
const recorded = (q: ReportQuality): number => expressed(q) + q.noneExpressed + q.notAsked

const TABLES: readonly Table[] = [
  {
    caption: 'What concerns came to',
    explained: 'Of those received in the period, as they stand now. The share with an enquiry under section 42 leaves out those that still wait; ' +
      'what it may well be in the long run is told beside it, for small numbers swing.',
    of: (g) => g.q.received,
    columns: [
      ['Received', (g) => g.q.received], ['Still waiting', (g) => share(g.q.undecided, g.q.received)],
      ['Section 42 enquiry, of those decided', (g) => share(g.q.met, g.q.received - g.q.undecided)],
      ['May well be', (g) => likely(g.q.met, g.q.received - g.q.undecided)], ['Other enquiry', (g) => g.q.other],
      ['No enquiry', (g) => g.q.notMet], ['Ended otherwise', (g) => settled(g.q)],
    ],
    parts: (g) => [part('section 42', g.q.met, FILLS.plain), part('other enquiry', g.q.other, FILLS.green), part('no enquiry', g.q.notMet, FILLS.amber, DARK),
      part('otherwise', settled(g.q), FILLS.other, DARK), part('waiting', g.q.undecided, '#d3d8db', DARK)],
  },
  {
    caption: 'Colours that were changed',
    explained: 'Of those received in the period. By a person: somebody thought the rules wrong, up or down. By the rules: because of time, or of what came to be known.',
    of: (g) => g.q.received,
    columns: [
      ['Changed by a person', (g) => share(g.q.rerated, g.q.received)], ['Up', (g) => g.q.raised], ['Down', (g) => g.q.lowered],
      ['Raised by the rules', (g) => share(g.q.risen, g.q.received)],
    ],
    parts: (g) => [part('changed', g.q.rerated, FILLS.plain), part('as rated', g.q.received - g.q.rerated, '#d3d8db', DARK)],
  },
  {
    caption: 'Decisions that were doubted',
    explained: 'Of those first decided in the period, up to now. Decided again: for whatever reason. Disagreed with: by who reported it.',
    of: (g) => g.decided,
    columns: [
      ['Decided', (g) => g.decided], ['To be decided again', (g) => share(g.q.reopened, g.decided)],
      ['Disagreed with', (g) => share(g.q.challenged, g.decided)], ['They were right', (g) => share(g.q.upheld, g.q.challenged)],
      ['Right in part', (g) => g.q.partUpheld], ['The decision stood', (g) => g.q.notUpheld], ['Not for a review', (g) => g.q.outOfScope],
      ['Answer awaited', (g) => g.q.challenged - answered(g.q)],
    ],
    parts: (g) => [part('right', g.q.upheld, FILLS.red), part('in part', g.q.partUpheld, FILLS.amber, DARK),
      part('stood', g.q.notUpheld, FILLS.green), part('not for review', g.q.outOfScope, FILLS.other, DARK),
      part('awaited', g.q.challenged - answered(g.q), '#d3d8db', DARK)],
  },
  {
    caption: 'What adults wanted',
    explained: 'Of section 42 enquiries that ended in the period (Making Safeguarding Personal); those under way are told beside them.',
    of: (g) => g.q.ended + g.led,
    columns: [
      ['Ended', (g) => g.q.ended], ['Under way', (g) => g.led], ['Asked', (g) => share(expressed(g.q) + g.q.noneExpressed, g.q.ended)],
      ['Said what they wanted, of those asked', (g) => share(expressed(g.q), expressed(g.q) + g.q.noneExpressed)],
      ['Achieved, of those who said', (g) => share(g.q.fully + g.q.partly, expressed(g.q))], ['Fully', (g) => g.q.fully], ['Partly', (g) => g.q.partly],
      ['Not', (g) => g.q.notAchieved], ['Not asked', (g) => g.q.notAsked], ['Not recorded', (g) => g.q.ended - recorded(g.q)],
    ],
    parts: (g) => [part('fully', g.q.fully, FILLS.green), part('partly', g.q.partly, FILLS.amber, DARK), part('not', g.q.notAchieved, FILLS.red),
      part('none said', g.q.noneExpressed, FILLS.other, DARK), part('not asked', g.q.notAsked, '#505a5f'),
      part('not recorded', g.q.ended - recorded(g.q), '#d3d8db', DARK)],
  },
]

function groupOf(row: ReportRow, by: By, names: Names): Group[] {
  if (row.colour !== Colour.UNSPECIFIED || !row.quality) return []
  return [{ name: groupName(row, by, names), decided: row.decided, led: row.led, q: row.quality }]
}

function figure(table: Table, groups: readonly Group[]): Figure {
  const own = groups.filter((g) => table.of(g) > 0).sort((a, b) => table.of(b) - table.of(a))
  const drawn: Bar[] = own.slice(0, BARS_MAX).map((g) => ({ label: g.name, parts: table.parts(g) })).filter((b) => b.parts.some((p) => p.n > 0))
  const more = own.length > GROUPS_MAX ? ` These are the ${GROUPS_MAX} with most, of ${own.length}.` : ''
  return {
    caption: table.caption, explained: table.explained + more, heads: ['', ...table.columns.map(([head]) => head)],
    rows: own.slice(0, GROUPS_MAX).map((g) => [g.name, ...table.columns.map(([, cell]) => cell(g))]),
    svg: drawn.length > 0 ? bars(table.caption, drawn) : '',
  }
}

export function quality(report: ReportReply, by: By, names: Names): Figure[] {
  const groups = report.rows.flatMap((row) => groupOf(row, by, names))
  return TABLES.map((table) => figure(table, groups))
}
