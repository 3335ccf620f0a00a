// What was answered, as the message that travels.
import { fromJson, toBinary } from '@bufbuild/protobuf'
import { Answer } from '../../gen/triage/v1/common_pb.js'
import { type SafeguardingConcern, SafeguardingConcernSchema } from '../../gen/triage/v1/concern_pb.js'
import type { Wrong } from '../app/problems.js'
import { type Answers, dateOf, type Field, listOf, NOT_SENT, type Page, textOf } from './fields.js'
import { asked } from './journey.js'

type Json = { [name: string]: unknown }

/** Sets `value` at a path such as "adults[0].limbs.abuse_or_risk". */
export function put(root: Json, path: string, value: unknown): void {
  const steps = path.replace(/\[(\d+)\]/g, '.$1').split('.')
  let at: Json = root
  steps.forEach((step, i) => {
    if (i === steps.length - 1) at[step] = value
    else at = (at[step] ??= /^\d+$/.test(steps[i + 1]!) ? [] : {}) as Json
  })
}

function valueOf(field: Field, answers: Answers): unknown {
  if (field.kind === 'date') return dateOf(answers, field.name) || undefined
  if (field.kind === 'ticks') return listOf(answers[field.name])
  const text = textOf(answers[field.name])
  if (text === '' || text === NOT_SENT) return undefined
  return field.kind === 'number' || (field.kind === 'choice' && /^\d$/.test(text)) ? Number(text) : text
}

/** 7:30am, 19:30, 7pm; null when it is none of those. */
function minutesOf(text: string): number | null {
  const m = /^(\d{1,2})(?:[:.](\d{2}))?\s*([ap]m)?$/i.exec(text.trim())
  if (!m) return null
  const [, h, minutes, half] = m
  const hour = half ? (Number(h) % 12) + (half.toLowerCase() === 'pm' ? 12 : 0) : Number(h)
  return hour > 23 || Number(minutes ?? 0) > 59 || (half && Number(h) > 12) ? null : hour * 60 + Number(minutes ?? 0)
}

/** The instant at which London's clocks show this. */
export function london(year: number, month: number, day: number, minutes: number): number {
  const utc = Date.UTC(year, month - 1, day, 0, minutes)
  const shown = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/London', hour: '2-digit', hour12: false }).format(utc)
  const ahead = (Number(shown) - new Date(utc).getUTCHours() + 24) % 24
  return utc - ahead * 3_600_000
}

/** When it happened; what cannot be a day or a time is said here, for the wire has no room for it. */
export function incident(answers: Answers): { ms: number | null; wrong: Wrong[] } {
  const [day, month, year] = ['day', 'month', 'year'].map((p) => textOf(answers[`on-${p}`]))
  const at = textOf(answers['at'])
  const minutes = at === '' ? 12 * 60 : minutesOf(at)
  const wrong: Wrong[] = []
  if (minutes === null) wrong.push({ field: 'at', text: 'Time must be like 7:30am or 19:30' })
  if (!day && !month && !year) {
    if (at !== '' && wrong.length === 0) wrong.push({ field: 'on-day', text: 'Enter the day as well as the time' })
    return { ms: null, wrong }
  }
  const [d, m, y] = [Number(day), Number(month), Number(year)]
  const real = new Date(Date.UTC(y, m - 1, d))
  const fits = y > 1900 && real.getUTCDate() === d && real.getUTCMonth() === m - 1
  if (!fits) wrong.push({ field: 'on-day', text: 'Day must be a real date, like 27 3 2026' })
  else if (real.getTime() > Date.now() + 86_400_000) wrong.push({ field: 'on-day', text: 'Day must be today or in the past' })
  return { ms: wrong.length > 0 ? null : london(y, m, d, minutes!), wrong }
}

/** Numbers that are none, which the wire has no room for either. */
export function unreadable(page: Page, answers: Answers): Wrong[] {
  const wrong = page.fields.filter((f) => f.kind === 'number' && !/^\d{0,9}$/.test(textOf(answers[f.name])))
    .map((f) => ({ field: f.name, text: `${f.label} Enter a whole number, such as 3` }))
  return page.slug === 'when' ? [...wrong, ...incident(answers).wrong] : wrong
}

/** Pages that are no longer asked, since an answer before them changed, say nothing. */
export function concernOf(pages: readonly Page[], answers: Answers, given: Record<string, unknown>): SafeguardingConcern {
  const json: Json = {}
  for (const [path, value] of Object.entries({ ...given, 'adults[0].subject': 'SUBJECT_UNSPECIFIED' })) put(json, path, value)
  for (const page of asked(pages, answers))
    for (const field of page.fields) {
      const value = valueOf(field, answers)
      if (field.wire && value !== undefined) put(json, field.wire, value)
    }
  const { ms } = incident(answers)
  if (ms !== null) json['incident_ms'] = String(ms)
  return fromJson(SafeguardingConcernSchema, json as never)
}

export function bytesOf(concern: SafeguardingConcern): Uint8Array {
  return toBinary(SafeguardingConcernSchema, concern)
}

export function dangerOf(answers: Answers): Answer {
  return Answer[textOf(answers['danger']).replace('ANSWER_', '') as keyof typeof Answer] ?? Answer.UNSPECIFIED
}
