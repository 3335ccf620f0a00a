// One way of writing a concern: whose it is, what is asked, and who sends it.  Providers have one, the public another.
import type { Request } from 'express'
import type { SafeguardingConcern } from '../../gen/triage/v1/concern_pb.js'
import type { Wrong } from '../app/problems.js'
import type { Draft } from './drafts.js'
import type { Answers, Field, Page } from './fields.js'

export interface Journey {
  /** Where its drafts live: `${base}/ID/PAGE`. */
  readonly base: string
  readonly pages: readonly Page[]
  /** Shown on every page, such as "Exit this page". */
  readonly isPublic: boolean
  /** Whose drafts; null when there is nobody yet. */
  owner(req: Request): string | null
  prefill(req: Request): Answers
  /** Where "save and come back later" leads. */
  home: string
  concern(req: Request, answers: Answers): SafeguardingConcern
  /** The key that it goes under; null when there is none that keeps it as it must be kept. */
  profile(req: Request, answers: Answers): string | null
  /** The key that it is tried under while it is written: nothing of that is kept. */
  trial(req: Request): string
  /** Of staff who write down what others tell: the registered worker, kept with the concern. */
  worker?(req: Request): string
  /** What the portal itself must say to a page's answers, beside the council. */
  wrong(req: Request, page: Page, answers: Answers): Wrong[]
  /** In words, before it is sent: who will see it. */
  seenBy(answers: Answers, req: Request, draft: Draft): string
  /** Whether its author may name colleagues who see it, too. */
  mayShow?(answers: Answers): boolean
  /** The draft was received under that reference, or deleted: null. */
  settled?(req: Request, draft: Draft, reference: string | null): void
  /** The page that shows what was received. */
  received(req: Request, reference: string): string
}

/** The pages that are asked, given what was answered. */
export function asked(pages: readonly Page[], answers: Answers): Page[] {
  return pages.filter((p) => p.when?.(answers) ?? true)
}

/** The form's field that a problem is about: "submit.submissions[0].concern.adults[0].nhs_number". */
export function fieldOf(pages: readonly Page[], wire: string): { page: Page; field: Field } | undefined {
  const path = wire.replace(/^.*?\bconcern\./, '')
  for (const page of pages) {
    const field = page.fields.find((f) => f.wire === path)
    if (field) return { page, field }
  }
  return undefined
}
