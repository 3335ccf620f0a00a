// Why somebody opens a case: asked once, told to the council with every look, kept there for its audit.
import type { Request } from 'express'

/** A reason is good for one sitting. */
const GOOD_MS = 60 * 60_000
const KEPT_MAX = 50

declare module 'express-session' {
  interface SessionData {
    why: Record<string, { text: string; at: number }>
  }
}

export const REASONS: readonly string[] = [
  'To decide whether to take it', 'I work on it or lead it', 'I manage the team that has it', 'Somebody rang about it',
  'A colleague asked me to look', 'It may be linked to another case',
]

export function whyOf(req: Request, reference: string): string {
  const why = req.session.why?.[reference]
  return why && Date.now() - why.at < GOOD_MS ? why.text : ''
}

export function keepWhy(req: Request, reference: string, text: string): void {
  const kept = Object.entries(req.session.why ?? {}).filter(([r]) => r !== reference).slice(-KEPT_MAX)
  req.session.why = { ...Object.fromEntries(kept), [reference]: { text, at: Date.now() } }
}
