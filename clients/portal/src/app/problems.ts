// The council's field problems, and the few of our own, as an error summary.
import { Status, type Problem } from '../../gen/triage/v1/common_pb.js'
import { NoAnswer, Refused } from '../wire/link.js'

export interface Wrong {
  /** Name of the form's field, which is its id too. */
  field: string
  text: string
}

export interface Errors {
  list: { text: string; href: string }[]
  /** By field, for the components' errorMessage. */
  at: Record<string, { text: string }>
}

export function errorsOf(wrong: readonly Wrong[]): Errors | null {
  if (wrong.length === 0) return null
  const at: Errors['at'] = {}
  for (const w of wrong) at[w.field] ??= { text: w.text }
  return { list: wrong.map((w) => ({ text: w.text, href: `#${w.field}` })), at }
}

/** Stored as they are and asked about later, but what somebody just typed is put right at once. */
const MISTYPED = new Set(['format', 'future', 'too_old', 'after_incident'])

/** Where the council's words name the wire's own ways of writing. */
const IN_FORMS: Record<string, string> = {
  check_digit: 'The NHS number has a wrong digit. Check it, or leave it empty',
  format: 'This must be a real date like 28 5 1941, or a year alone',
}

/** The council's words, without the command of its command line that they end on. */
export function inPages(text: string): string {
  return text.replace(/[:.;] triage [a-z]+(?: REF)?[^.]*(?=\.)/g, '')
}

/** The council's refusals, moved to the form's fields by `fieldOf`; those without one go to `otherwise`. */
export function wrongOf(
  problems: readonly Problem[], fieldOf: (wireField: string) => string | undefined, otherwise: string | null,
): Wrong[] {
  return problems.filter((p) => p.refused || MISTYPED.has(p.code)).flatMap((p) => {
    const field = fieldOf(p.field) ?? otherwise
    return field === null ? [] : [{ field, text: IN_FORMS[p.code] ?? inPages(p.text) }]
  })
}

/** A command that was refused, as something to show beside the form; anything else goes on as it was. */
export function refusal(e: unknown, fieldOf: (f: string) => string | undefined, otherwise: string): Wrong[] {
  if (e instanceof NoAnswer) return [{ field: otherwise, text: `${e.message} Nothing was changed. Try again.` }]
  if (!(e instanceof Refused)) throw e
  const found = wrongOf(e.problems, fieldOf, otherwise)
  return found.length > 0 ? found : [{ field: otherwise, text: inPages(e.reply.text) || Status[e.status]! }]
}
