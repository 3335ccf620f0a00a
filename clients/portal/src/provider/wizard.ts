// Writing a concern: one question a page, kept on disk with each answer; look before sending; send.
import { create } from '@bufbuild/protobuf'
import { type Request, type Response, Router } from 'express'
import { Kind, Status } from '../../gen/triage/v1/common_pb.js'
import { type DryRunReply, SubmissionSchema } from '../../gen/triage/v1/intake_pb.js'
import { errorsOf, type Wrong, wrongOf } from '../app/problems.js'
import { keptBody } from '../app/security.js'
import type { Services } from '../app/services.js'
import { uuid7 } from '../wire/keys.js'
import { attachmentOf } from '../wire/files.js'
import { NoAnswer, Refused } from '../wire/link.js'
import { bytesOf, dangerOf, unreadable } from './concern.js'
import { type Draft, Drafts } from './drafts.js'
import { type Answers, crossed, inWords, markOf, type Page, partsOf, readForm } from './fields.js'
import { fileLimits, takeFiles } from './files.js'
import { asked, fieldOf, type Journey } from './journey.js'

const CROSSED = 'This page was changed meanwhile, in another tab perhaps. What you typed is below. Look at both, then continue'
const CHECK_MS = 3_000
const RECEIPT_MS = 5_000
/** Danger that is not ruled out cannot wait for the post: the council's number is shown at once. */
const TOLD_AFTER_MS = 60_000

/** What was answered so far, page by page, in words. */
export function sectionsOf(pages: readonly Page[], answers: Answers): { page: Page; rows: { label: string; words: string }[] }[] {
  return asked(pages, answers).map((page) => ({ page, rows: page.fields.map((f) => ({ label: f.label, words: inWords(f, answers) })) }))
}

export class Wizard {
  readonly router = Router()

  constructor(private readonly services: Services, readonly drafts: Drafts, private readonly journey: Journey) {
    const r = this.router
    const at = `${journey.base}/:id`
    r.get(`${at}/check`, (req, res) => this.check(req, res))
    r.post(`${at}/check`, (req, res) => this.send(req, res))
    r.get(`${at}/threshold`, (req, res) => this.threshold(req, res))
    r.get(`${at}/delete`, (req, res) => this.leave(req, res))
    r.post(`${at}/delete`, (req, res) => this.remove(req, res))
    r.get(`${at}/sending`, (req, res) => this.sending(req, res))
    r.get(`${at}/files`, (req, res) => this.files(req, res))
    r.post(`${at}/files`, (req, res) => this.addFiles(req, res))
    r.post(`${at}/files/:file/remove`, (req, res) => this.removeFile(req, res))
    r.get(`${at}/:slug`, (req, res) => this.show(req, res))
    r.post(`${at}/:slug`, (req, res) => this.answer(req, res))
  }

  /** A new draft; the browser goes to its first page. */
  begin(req: Request, res: Response): void {
    const draft = this.drafts.make(this.journey.owner(req)!, this.journey.prefill(req))
    res.redirect(303, this.path(draft, this.asked(draft.answers)[0]!.slug))
  }

  private path(draft: Draft, page: string): string {
    return `${this.journey.base}/${draft.id}/${page}`
  }
  private asked(answers: Answers): Page[] {
    return asked(this.journey.pages, answers)
  }
  private keep(req: Request, draft: Draft): void {
    this.drafts.keep(this.journey.owner(req)!, draft)
  }
  private render(res: Response, view: string, draft: Draft, wrong: Wrong[], more: object): void {
    res.status(wrong.length > 0 ? 422 : 200).render(`provider/${view}`, {
      draft, base: `${this.journey.base}/${draft.id}`, home: this.journey.home, isPublic: this.journey.isPublic,
      errors: errorsOf(wrong), ...more,
    })
  }

  /** The draft of the address; elsewhere when it is gone: sent meanwhile, in another tab perhaps. */
  private draft(req: Request, res: Response): Draft | null {
    const owner = this.journey.owner(req)
    const draft = owner === null ? null : this.drafts.get(owner, String(req.params['id']))
    if (!draft) {
      req.session.flash = 'What you were writing is no longer here: it was sent or deleted, or you were away for too long.'
      res.redirect(303, this.journey.home)
    } else if (draft.sending && !req.path.endsWith('/sending')) {
      res.redirect(303, this.path(draft, 'sending'))
    } else return draft
    return null
  }

  private page(draft: Draft, slug: string): { page: Page; back: string; next: string } | null {
    const pages = this.asked(draft.answers)
    const i = pages.findIndex((p) => p.slug === slug)
    const page = pages[i]
    if (!page) return null
    const at = (p: Page | undefined, otherwise: string): string => (p ? this.path(draft, p.slug) : otherwise)
    return { page, back: at(pages[i - 1], this.journey.home), next: at(pages[i + 1], this.path(draft, 'files')) }
  }

  private question(req: Request, res: Response, draft: Draft, answers: Answers, wrong: Wrong[], other = false): void {
    const found = this.page(draft, String(req.params['slug']))
    if (!found) return void res.status(404).render('message', { title: 'Page not found', text: 'There is no such question.' })
    const back = req.query['change'] === undefined ? found.back : this.path(draft, 'check')
    return this.render(res, 'question', draft, wrong, { page: found.page, back, answers, mark: markOf(found.page.fields, draft.answers),
      other: other ? found.page.fields.map((f) => ({ label: f.label, words: inWords(f, draft.answers) })) : null })
  }

  private show(req: Request, res: Response): void {
    const draft = this.draft(req, res)
    if (!draft) return
    const kept = keptBody(req)
    const found = kept && this.page(draft, String(req.params['slug']))
    const answers = found ? { ...draft.answers, ...readForm(found.page.fields, kept) } : draft.answers
    this.question(req, res, draft, answers, [])
  }

  private async answer(req: Request, res: Response): Promise<void> {
    const draft = this.draft(req, res)
    if (!draft) return
    const found = this.page(draft, String(req.params['slug']))
    if (!found) return this.question(req, res, draft, draft.answers, [])
    const body = req.body as Record<string, unknown>
    const answers = { ...draft.answers, ...readForm(found.page.fields, body) }
    if (crossed(found.page.fields, draft.answers, answers, body['mark']))
      return this.question(req, res, draft, answers, [{ field: partsOf(found.page.fields[0]!)[0]!, text: CROSSED }], true)
    const wrong = unreadable(found.page, answers)
    if (wrong.length === 0) wrong.push(...(await this.refusedHere(req, found.page, answers)))
    wrong.push(...this.journey.wrong(req, found.page, answers))
    // Kept as it was typed, right or wrong: what somebody wrote is not lost.
    draft.answers = answers
    this.keep(req, draft)
    if (body['save'] !== undefined) {
      req.session.flash = 'Your answers are saved. You can come back to them for 30 days.'
      return res.redirect(303, this.journey.home)
    }
    if (wrong.length > 0) return this.question(req, res, draft, answers, wrong)
    // Its answers may have opened or closed pages after it.
    const next = this.page(draft, found.page.slug)!.next
    return res.redirect(303, req.query['change'] === undefined ? next : this.path(draft, 'check'))
  }

  private concern(req: Request, draft: Draft): Uint8Array {
    const concern = this.journey.concern(req, draft.answers)
    concern.attachments.push(...(draft.files ?? []).map(attachmentOf))
    return bytesOf(concern)
  }

  private async dryRun(req: Request, answers: Answers): Promise<DryRunReply> {
    const concern = bytesOf(this.journey.concern(req, answers))
    const submission = create(SubmissionSchema,
      { key: uuid7(), kind: Kind.SAFEGUARDING_CONCERN, concern, dangerNow: dangerOf(answers) })
    return this.services.link(this.journey.trial(req))
      .fetch('dryRun', { case: 'dryRun', value: { submission } as never }, { timeoutMs: CHECK_MS })
  }

  /** What the council would refuse; when it does not answer now, it says so on sending. */
  private async refused(req: Request, answers: Answers, at: (wire: string) => string | undefined,
    otherwise: string | null): Promise<Wrong[]> {
    if (!this.services.link(this.journey.trial(req)).isUp) return []
    try {
      return wrongOf((await this.dryRun(req, answers)).problems, at, otherwise)
    } catch (e) {
      if (e instanceof Refused) return wrongOf(e.problems, at, otherwise)
      if (e instanceof NoAnswer) { return [] }
      throw e
    }
  }

  private refusedHere(req: Request, page: Page, answers: Answers): Promise<Wrong[]> {
    return this.refused(req, answers, (wire) => {
      const found = fieldOf(this.journey.pages, wire)
      if (found?.page.slug !== page.slug) return undefined
      return found.field.kind === 'date' ? `${found.field.name}-day` : found.field.name
    }, null)
  }

  private sectionOf(wire: string): string {
    return `page-${fieldOf(this.journey.pages, wire)?.page.slug ?? this.journey.pages[0]!.slug}`
  }

  private files(req: Request, res: Response, wrong: Wrong[] = []): void {
    const draft = this.draft(req, res)
    if (!draft) return
    this.render(res, 'files', draft, wrong, { files: draft.files ?? [], next: this.path(draft, 'check'),
      back: this.path(draft, this.asked(draft.answers).at(-1)!.slug), ...fileLimits(this.services) })
  }

  private addFiles(req: Request, res: Response): void {
    const draft = this.draft(req, res)
    if (!draft) return
    const { kept, wrong } = takeFiles(this.services, req, draft.files?.length ?? 0)
    if (kept.length + wrong.length === 0) wrong.push({ field: 'files', text: 'Choose a file' })
    draft.files = [...(draft.files ?? []), ...kept]
    this.keep(req, draft)
    if (wrong.length > 0) return this.files(req, res, wrong)
    res.redirect(303, this.path(draft, 'files'))
  }

  private removeFile(req: Request, res: Response): void {
    const draft = this.draft(req, res)
    if (!draft) return
    for (const file of draft.files ?? []) if (file.id === req.params['file']) this.services.files.forget(file)
    draft.files = (draft.files ?? []).filter((f) => f.id !== req.params['file'])
    this.keep(req, draft)
    res.redirect(303, this.path(draft, 'files'))
  }

  private check(req: Request, res: Response, wrong: Wrong[] = []): void {
    const draft = this.draft(req, res)
    if (!draft) return
    const { answers } = draft
    this.render(res, 'check', draft, wrong, {
      sections: sectionsOf(this.journey.pages, answers), seenBy: this.journey.seenBy(answers, req, draft),
      mayShow: this.journey.mayShow?.(answers) ?? false, back: this.path(draft, 'files'),
    })
  }

  private async send(req: Request, res: Response): Promise<void> {
    const draft = this.draft(req, res)
    if (!draft) return
    const pages = this.asked(draft.answers)
    const wrong = pages.flatMap((page) => [...unreadable(page, draft.answers), ...this.journey.wrong(req, page, draft.answers)]
      .map((w) => ({ ...w, field: `page-${page.slug}` })))
    wrong.push(...(await this.refused(req, draft.answers, (wire) => this.sectionOf(wire), 'send')))
    const profile = this.journey.profile(req, draft.answers)
    if (profile === null && wrong.length === 0) wrong.push({ field: 'send', text: 'No key of yours may send this' })
    if (profile === null || wrong.length > 0) return this.check(req, res, wrong)
    const concern = this.concern(req, draft)
    // Twice pressed: the draft says already that it is on its way.
    const now = this.drafts.get(this.journey.owner(req)!, draft.id)
    if (now && !now.sending) {
      now.sending = this.services.outbox.put(profile, concern, dangerOf(draft.answers), this.journey.worker?.(req), draft.files)
      this.keep(req, now)
    }
    return res.redirect(303, this.path(draft, 'sending'))
  }

  private async sending(req: Request, res: Response): Promise<void> {
    const draft = this.draft(req, res)
    if (!draft) return
    if (!draft.sending) return res.redirect(303, this.path(draft, 'check'))
    const fate = await this.services.outbox.fate(draft.sending, RECEIPT_MS)
    if (fate.state === 'received') {
      const { reference } = fate.receipt.adults[0]!
      this.journey.settled?.(req, draft, reference)
      this.drafts.remove(this.journey.owner(req)!, draft)
      return res.redirect(303, this.journey.received(req, reference))
    }
    if (fate.state === 'refused') {
      delete draft.sending
      this.keep(req, draft)
      const wrong = wrongOf(fate.receipt.problems, (wire) => this.sectionOf(wire), 'send')
      return this.check(req, res, wrong.length > 0 ? wrong : [{ field: 'send', text: Status[fate.receipt.status]! }])
    }
    const urgent = draft.answers['danger'] !== 'ANSWER_NO'
    return this.render(res.status(202), 'sending', draft, [], { late: urgent || Date.now() - draft.changedMs > TOLD_AFTER_MS })
  }

  private async threshold(req: Request, res: Response): Promise<void> {
    const draft = this.draft(req, res)
    if (!draft) return
    try {
      const reply = await this.dryRun(req, draft.answers)
      this.render(res, 'threshold', draft, [], { view: reply.adults[0], advice: reply.advice, back: this.path(draft, 'check') })
    } catch (e) {
      // What cannot be sent yet is told where it is sent from.
      if (!(e instanceof Refused)) throw e
      this.check(req, res, wrongOf(e.problems, (wire) => this.sectionOf(wire), 'send'))
    }
  }

  private leave(req: Request, res: Response): void {
    const draft = this.draft(req, res)
    if (draft) this.render(res, 'delete', draft, [], { back: this.path(draft, 'check') })
  }

  private remove(req: Request, res: Response): void {
    const draft = this.draft(req, res)
    if (!draft) return
    this.journey.settled?.(req, draft, null)
    for (const file of draft.files ?? []) this.services.files.forget(file)
    this.drafts.remove(this.journey.owner(req)!, draft)
    req.session.flash = 'The draft is deleted.'
    res.redirect(303, this.journey.home)
  }
}
