// Templates, and the words and dates that they share.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Express } from 'express'
import nunjucks from 'nunjucks'
import { type Answers, type Field } from '../provider/fields.js'
import type { Errors } from './problems.js'
import { Answer, CaseState, Colour } from '../../gen/triage/v1/common_pb.js'

/** clients/portal, from dist/src/app. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..')

const LONDON = 'Europe/London'
const DAY = new Intl.DateTimeFormat('en-GB', { timeZone: LONDON, day: 'numeric', month: 'long', year: 'numeric' })
const WEEKDAY = new Intl.DateTimeFormat('en-GB', { timeZone: LONDON, weekday: 'long' })
const TIME = new Intl.DateTimeFormat('en-GB', { timeZone: LONDON, hour: 'numeric', minute: '2-digit', hourCycle: 'h12' })

/** "9:05am", "midday", "midnight", as people read the clock. */
export function clock(ms: number | bigint): string {
  const text = TIME.format(Number(ms)).replace(/\s/g, '').toLowerCase()
  return text === '12:00pm' ? 'midday' : text === '12:00am' ? 'midnight' : text.replace(':00', '')
}
export function day(ms: number | bigint): string {
  return DAY.format(Number(ms))
}
export function when(ms: number | bigint): string {
  return Number(ms) === 0 ? '' : `${clock(ms)} on ${day(ms)}`
}
/** With the weekday, for what is still to come. */
export function due(ms: number | bigint): string {
  return Number(ms) === 0 ? '' : `${clock(ms)} on ${WEEKDAY.format(Number(ms))} ${day(ms)}`
}

/** How long since, in the largest unit that says enough. */
export function ago(ms: number | bigint, now = Date.now()): string {
  const minutes = Math.max(0, Math.floor((now - Number(ms)) / 60_000))
  const of = (n: number, unit: string): string => `${n} ${unit}${n === 1 ? '' : 's'}`
  if (minutes < 60) return of(minutes, 'minute')
  if (minutes < 48 * 60) return of(Math.floor(minutes / 60), 'hour')
  return of(Math.floor(minutes / 60 / 24), 'day')
}

export const COLOUR_WORDS: Record<Colour, string> = {
  [Colour.UNSPECIFIED]: 'Not rated', [Colour.GREEN]: 'Green', [Colour.AMBER]: 'Amber', [Colour.RED]: 'Red',
}
export const COLOUR_CLASSES: Record<Colour, string> = {
  [Colour.UNSPECIFIED]: 'govuk-tag--grey', [Colour.GREEN]: 'govuk-tag--green', [Colour.AMBER]: 'govuk-tag--orange',
  [Colour.RED]: 'govuk-tag--red',
}
export const ANSWER_WORDS: Record<Answer, string> = {
  [Answer.UNSPECIFIED]: 'Not yet reached', [Answer.YES]: 'Yes', [Answer.NO]: 'No', [Answer.NOT_KNOWN]: 'Not known',
}

/** Of a file that browsers may keep: its name changes with its content. */
function stamped(file: string): string {
  const digest = createHash('sha256').update(readFileSync(join(ROOT, 'dist/assets', file))).digest('hex').slice(0, 12)
  return `/assets/${file}?v=${digest}`
}

/** A field's choices as the components want them. */
function choices(field: Field): object[] {
  return field.choices!.map((c) => ({ value: c.value, text: c.text, ...(c.hint ? { hint: { text: c.hint } } : {}) }))
}
function dateItems(field: Field, answers: Answers, errors: Errors | null): object[] {
  const wrong = errors?.at[`${field.name}-day`] ? ' govuk-input--error' : ''
  return ['day', 'month', 'year'].map((part) => ({
    name: part, value: answers[`${field.name}-${part}`],
    classes: (part === 'year' ? 'govuk-input--width-4' : 'govuk-input--width-2') + wrong,
  }))
}

export function views(app: Express): nunjucks.Environment {
  const env = nunjucks.configure([join(ROOT, 'views'), join(ROOT, 'node_modules/govuk-frontend/dist')], {
    autoescape: true, express: app, noCache: false, throwOnUndefined: false, trimBlocks: true, lstripBlocks: true,
  })
  const assets = { css: stamped('portal.css'), js: stamped('portal.js'), icon: stamped('icon.svg'), board: stamped('board.js') }
  env.addGlobal('assets', assets)
  env.addGlobal('Answer', Answer)
  env.addGlobal('CaseState', CaseState)
  env.addGlobal('Colour', Colour)
  env.addGlobal('choices', choices)
  env.addGlobal('dateItems', dateItems)
  env.addFilter('when', when)
  env.addFilter('due', due)
  env.addFilter('day', day)
  env.addFilter('clock', clock)
  env.addFilter('ago', (ms: bigint) => ago(ms))
  env.addFilter('colour', (c: Colour) => COLOUR_WORDS[c] ?? COLOUR_WORDS[Colour.UNSPECIFIED])
  env.addFilter('colourClass', (c: Colour) => COLOUR_CLASSES[c] ?? COLOUR_CLASSES[Colour.UNSPECIFIED])
  env.addFilter('answer', (a: Answer) => ANSWER_WORDS[a] ?? '')
  // Two tables may give the same reason.
  env.addFilter('distinct', (list: { words: string }[]) => list.filter((r, i) => list.findIndex((o) => o.words === r.words) === i))
  env.addFilter('lines', (text: string) => text.split(/\n+/).filter((line) => line.trim() !== ''))
  app.set('view engine', 'njk')
  return env
}
