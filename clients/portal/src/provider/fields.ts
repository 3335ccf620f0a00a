// What a form's field is, and how what was typed becomes what travels.
import { createHash } from 'node:crypto'

export interface Choice {
  value: string
  text: string
  hint?: string
}

export interface Field {
  /** Of the form's field and of the draft's answer; letters, digits and _. */
  name: string
  kind: 'choice' | 'select' | 'ticks' | 'text' | 'long' | 'date' | 'number' | 'time'
  label: string
  hint?: string
  choices?: readonly Choice[]
  /** Path in SafeguardingConcern, by the names of the schema; none: the portal's own. */
  wire?: string
  /** HTML's autocomplete and input mode, for what browsers can fill in. */
  autocomplete?: string
  width?: string
  inputmode?: string
}

export interface Page {
  slug: string
  title: string
  /** Shown on top, before the fields. */
  lead?: string
  fields: readonly Field[]
  /** Asked only when this holds. */
  when?: (answers: Answers) => boolean
}

/** Of a choice: "not known", where the schema says so by saying nothing. */
export const NOT_SENT = 'not-known'

export type Value = string | string[]
export type Answers = Record<string, Value>

export function textOf(value: Value | undefined): string {
  return typeof value === 'string' ? value : ''
}
export function listOf(value: Value | undefined): string[] {
  return value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]
}

const YES_NO: readonly Choice[] = [
  { value: 'ANSWER_YES', text: 'Yes' }, { value: 'ANSWER_NO', text: 'No' },
  { value: 'ANSWER_NOT_KNOWN', text: 'Not known' },
]

/** A question of yes, no or not known; none is ticked beforehand. */
export function yesNo(name: string, label: string, wire: string, hint?: string): Field {
  return { name, kind: 'choice', label, choices: YES_NO, wire, ...(hint ? { hint } : {}) }
}
export function choice(name: string, label: string, wire: string | undefined, choices: [string, string, string?][],
  hint?: string): Field {
  return {
    name, kind: 'choice', label, ...(wire ? { wire } : {}), ...(hint ? { hint } : {}),
    choices: choices.map(([value, text, more]) => ({ value, text, ...(more ? { hint: more } : {}) })),
  }
}
export function ticks(name: string, label: string, wire: string | undefined, choices: [string, string, string?][],
  hint?: string): Field {
  return { ...choice(name, label, wire, choices, hint), kind: 'ticks' }
}
export function text(name: string, label: string, wire: string | undefined, more: Partial<Field> = {}): Field {
  return { name, kind: 'text', label, ...(wire ? { wire } : {}), ...more }
}

/** Names of the parts that a field has in a form. */
export function partsOf(field: Field): string[] {
  return field.kind === 'date' ? ['day', 'month', 'year'].map((p) => `${field.name}-${p}`) : [field.name]
}

/** What a form says of a page's fields; anything else in it is left alone. */
export function readForm(fields: readonly Field[], body: Record<string, unknown>): Answers {
  const read: Answers = {}
  for (const field of fields)
    for (const part of partsOf(field)) {
      const value = body[part]
      if (field.kind === 'ticks') read[part] = ([] as unknown[]).concat(value ?? []).filter((v): v is string =>
        field.choices!.some((c) => c.value === v))
      else read[part] = typeof value === 'string' ? value.replace(/\r\n/g, '\n').trim() : ''
    }
  return read
}

/** "1941-05-28", a year alone when that is all there is, or what was typed, for the council to refuse. */
export function dateOf(answers: Answers, name: string): string {
  const [day, month, year] = ['day', 'month', 'year'].map((p) => textOf(answers[`${name}-${p}`]))
  if (!day && !month) return year ?? ''
  const two = (s: string | undefined): string => (s ?? '').padStart(2, '0')
  return `${year}-${two(month)}-${two(day)}`
}

/** Tells what a page's fields held when it was shown: another tab, or another person, may change them meanwhile. */
export function markOf(fields: readonly Field[], answers: Answers): string {
  const held = fields.flatMap((f) => partsOf(f).map((part) => listOf(answers[part])))
  return createHash('sha256').update(JSON.stringify(held)).digest('hex').slice(0, 16)
}

/** What is kept by now differs from what was shown, and from what was typed: neither may be lost without a word. */
export function crossed(fields: readonly Field[], kept: Answers, typed: Answers, shown: unknown): boolean {
  const now = markOf(fields, kept)
  return typeof shown === 'string' && shown !== now && markOf(fields, typed) !== now
}

/** What was answered, for people. */
export function inWords(field: Field, answers: Answers): string {
  if (field.kind === 'date') {
    const parts = partsOf(field).map((p) => textOf(answers[p])).filter((p) => p !== '')
    return parts.join(' ')
  }
  const values = listOf(answers[field.name])
  return values.map((v) => field.choices?.find((c) => c.value === v)?.text ?? v).join('; ')
}
