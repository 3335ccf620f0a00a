// What was said, for people: by the questions that the portal asks, in their words; then whatever else it holds.
import { fromBinary, toJson } from '@bufbuild/protobuf'
import { SafeguardingConcernSchema } from '../../gen/triage/v1/concern_pb.js'
import { when } from '../app/views.js'
import { NOT_SENT } from '../provider/fields.js'
import { PAGES } from '../provider/questions.js'
import { inWords } from './words.js'

export interface SaidSection {
  title: string
  rows: { label: string; words: string }[]
}

type Leaves = Map<string, string[]>

/** Every value under its path, as the schema names it: "adults[0].limbs.abuse_or_risk". */
function leaves(value: unknown, path: string, into: Leaves): void {
  if (Array.isArray(value) && value.every((v) => typeof v !== 'object')) into.set(path, value.map(String))
  else if (Array.isArray(value)) value.forEach((v, i) => leaves(v, `${path}[${i}]`, into))
  else if (typeof value === 'object' && value !== null)
    for (const [name, v] of Object.entries(value)) leaves(v, path ? `${path}.${name}` : name, into)
  else into.set(path, [String(value)])
}

/** "ANSWER_NOT_KNOWN" is "Not known"; codes carry the name of their list first. */
function plain(value: string): string {
  const code = /^(?:ANSWER|SOURCE_TYPE|AREA_OF_ABUSE|GENDER|ETHNICITY|SUPPORT_REASON|HARM_TYPE|HARM_LEVEL|HARM_SIGN|RECURRENCE|SOURCE_CATEGORY|CARE_SIGN|ERROR|SELF_NEGLECT_SIGN|SLAVERY_SIGN|SUBJECT)_([A-Z_]+)$/
    .exec(value)
  return code ? inWords(code[1]!.toLowerCase()) : value
}

const NAMED: Record<string, string> = {
  source_type: 'Who reported it', 'referrer.organisation': 'Organisation', 'referrer.location_id': 'Location',
  'adults.name': 'Name', incident_ms: 'When it happened', raised_ms: 'First raised',
}

function labelOf(path: string): string {
  return NAMED[path] ?? inWords(path.replace(/^.*\./, '').replace(/\[\d+\]/g, ''))
}

/** Of the adult at `index` among those that the concern names; the others are named in a row of their own. */
export function said(concern: Uint8Array, index: number): SaidSection[] {
  const json = toJson(SafeguardingConcernSchema, fromBinary(SafeguardingConcernSchema, concern), { useProtoFieldName: true })
  const found: Leaves = new Map()
  leaves(json, '', found)
  const own = `adults[${index}].`
  const sections = PAGES.map((page): SaidSection => ({
    title: page.title,
    rows: page.fields.flatMap((field) => {
      const path = field.wire?.replace('adults[0].', own)
      const values = path ? found.get(path) : undefined
      if (!path || !values) return []
      found.delete(path)
      const words = values.map((v) => field.choices?.find((c) => c.value === v && v !== NOT_SENT)?.text ?? plain(v))
      return [{ label: field.label, words: words.join('; ') }]
    }),
  }))
  return [...sections, rest(found, own)].filter((s) => s.rows.length > 0)
}

function rest(found: Leaves, own: string): SaidSection {
  const rows = [...found].filter(([path, v]) => v[0] !== 'SUBJECT_UNSPECIFIED' && !path.endsWith('digest')).map(([path, values]) => {
    const other = /^adults\[\d+\]/.test(path) && !path.startsWith(own)
    const words = path.endsWith('_ms') ? when(BigInt(values[0]!)) : values.map(plain).join('; ')
    return { label: (other ? 'Another adult: ' : '') + labelOf(path), words }
  })
  return { title: 'Also said', rows }
}
