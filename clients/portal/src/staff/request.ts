// A filled-in form as the request that the council understands, and its refusals as the form's.
import { randomBytes } from 'node:crypto'
import { fromJson } from '@bufbuild/protobuf'
import { Status } from '../../gen/triage/v1/common_pb.js'
import { RequestSchema } from '../../gen/triage/v1/envelope_pb.js'
import { refusal, type Wrong } from '../app/problems.js'
import { london, put } from '../provider/concern.js'
import { type Answers, dateOf, listOf, partsOf, textOf } from '../provider/fields.js'
import { type Body, Refused } from '../wire/link.js'
import type { Act, ActField } from './acts.js'

/** What somebody saw when they began: the council refuses what was decided on an older sight of it. */
export interface Sight {
  reference: string
  version: number
  token: bigint
}

/** A fresh number for one intention: sending the form twice does it once. */
export function intention(): string {
  return randomBytes(16).toString('hex')
}
export function intentionOf(body: Record<string, unknown>): Uint8Array {
  const id = Buffer.from(textOf(body['intention'] as string), 'hex')
  return id.length === 16 ? id : randomBytes(16)
}

/** The close of that day in London; null when it is none. */
export function dayOf(answers: Answers, name: string): number | null {
  const [d, m, y] = ['day', 'month', 'year'].map((part) => Number(textOf(answers[`${name}-${part}`])))
  const real = new Date(Date.UTC(y!, m! - 1, d!))
  return y! > 1900 && real.getUTCDate() === d && real.getUTCMonth() === m! - 1 ? london(y!, m!, d!, 17 * 60) : null
}

function typed(field: ActField, answers: Answers): boolean {
  return partsOf(field).some((part) => listOf(answers[part]).length > 0)
}

/** What the wire has no room for, or the council cannot say of this field. */
export function unreadable(fields: readonly ActField[], answers: Answers): Wrong[] {
  return fields.flatMap((f): Wrong[] => {
    const field = partsOf(f)[0]!
    if (!typed(f, answers)) return f.needed ? [{ field, text: f.needed }] : []
    if (f.as !== 'day' || dayOf(answers, f.name) !== null) return []
    return [{ field, text: `${f.label} Enter a real date, like 27 3 2027` }]
  })
}

function valueOf(field: ActField, answers: Answers): unknown {
  const text = textOf(answers[field.name])
  if (field.as === 'date') return dateOf(answers, field.name) || undefined
  if (field.as === 'day') {
    const ms = dayOf(answers, field.name)
    return ms === null ? undefined : String(ms)
  }
  if (field.as === 'flag') return listOf(answers[field.name]).includes('true') || undefined
  if (field.as === 'lines') return text.split('\n').map((l) => l.trim()).filter((l) => l !== '')
  if (field.kind === 'ticks') return listOf(answers[field.name])
  return text === '' ? undefined : text
}

export function requestOf(act: Act, fields: readonly ActField[], answers: Answers, sight: Sight, number: number): Body {
  const json: Record<string, unknown> = { ...act.fixed }
  if (act.plain) json['reference'] = sight.reference
  else json['hold'] = { reference: sight.reference, expectedVersion: sight.version, token: String(sight.token) }
  if (act.errand) json['number'] = number
  for (const field of fields) {
    const value = valueOf(field, answers)
    if (field.wire && value !== undefined) put(json, field.wire, value)
  }
  return fromJson(RequestSchema, { [act.body]: json } as never).body as Body
}

/** The council's refusal beside the fields that it is about; what is about none goes to the form's first. */
export function refused(e: unknown, fields: readonly ActField[], otherwise: string): Wrong[] {
  const named = (wire: string): string | undefined => {
    const field = fields.find((f) => f.wire && (wire === f.wire || wire.endsWith(`.${f.wire}`)))
    return field && (field.kind === 'date' ? `${field.name}-day` : field.name)
  }
  return refusal(e, named, otherwise)
}

/** The version that the case has by now, where the council refused an older one. */
export function versionNow(e: unknown): number | null {
  return e instanceof Refused && e.status === Status.CONFLICT && e.reply.now ? e.reply.now.version : null
}
