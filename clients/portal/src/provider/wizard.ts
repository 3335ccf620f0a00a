// Writing a concern: one question a page, kept on disk with each answer; look before sending; send.
import { create } from '@bufbuild/protobuf'
import { type Request, type Response, Router } from 'express'
import { Kind, Status } from '../../gen/triage/v1/common_pb.js'
import { type DryRunReply, SubmissionSchema } from '../../gen/triage/v1/intake_pb.js'
import { errorsOf, type Wrong, wrongOf } from '../app/problems.js'
import { keptBody } from '../app/security.js'
import type { Services } from '../app/services.js'
import { uuid7 } from '../wire/keys.js'
import { NoAnswer, Refused } from '../wire/link.js'
import { bytesOf, concernOf, dangerOf, fieldOf, unreadable } from './concern.js'
import { type Draft, Drafts } from './drafts.js'
import { type Answers, inWords, type Page, readForm } from './fields.js'
import { asked, isHidden } from './questions.js'
import { type Voice, Voices } from './voice.js'

const CHECK_MS = 3_000
const RECEIPT_MS = 8_000
/** The council's own words for when there is still no receipt. */
const TOLD_AFTER_MS = 60_000

export class Wizard {
  readonly router = Router({ mergeParams: true })
  readonly drafts: Drafts
  private readonly voices: Voices

  constructor(private readonly services: Services) {
    this.drafts = new Drafts(services.vault)
    this.voices = new Voices(services)
    const r = this.router
    r.post('/concerns/new', (req, res) => this.begin(req, res))
    r.get('/concerns/draft/:id/check', (req, res) => this.check(req, res))
    r.post('/concerns/draft/:id/check', (req, res) => this.send(req, res))
    r.get('/concerns/draft/:id/threshold', (req, res) => this.threshold(req, res))
    r.get('/concerns/draft/:id/delete', (req, res) => this.leave(req, res))
    r.post('/concerns/draft/:id/delete', (req, res) => this.remove(req, res))
    r.get('/concerns/draft/:id/sending', (req, res) => this.sending(req, res))
    r.get('/concerns/draft/:id/:slug', (req, res) => this.show(req, res))
    r.post('/concerns/draft/:id/:slug', (req, res) => this.answer(req, res))
  }

  private begin(req: Request, res: Response): void {
    const draft = this.drafts.make(req.person!)
    res.redirect(303, `/concerns/draft/${draft.id}/${asked(draft.answers)[0]!.slug}`)
  }

  /** The draft of the address; its list when it is gone: sent meanwhile, in another tab perhaps. */
  private draft(req: Request, res: Response): Draft | null {
    const draft = this.drafts.get(req.person!, String(req.params['id']))
    if (!draft) {
      req.session.flash = 'That draft is no longer here: it was sent or deleted.'
      res.redirect(303, '/concerns')
    } else if (draft.sending && !req.path.endsWith('/sending')) {
      res.redirect(303, `/concerns/draft/${draft.id}/sending`)
    } else return draft
    return null
  }

  private page(draft: Draft, slug: string): { page: Page; back: string; next: string } | null {
    const pages = asked(draft.answers)
    const i = pages.findIndex((p) => p.slug === slug)
    const page = pages[i]
    if (!page) return null
    const at = (p: Page | undefined, otherwise: string): string => p ? `/concerns/draft/${draft.id}/${p.slug}` : otherwise
    return { page, back: at(pages[i - 1], '/concerns'), next: at(pages[i + 1], `/concerns/draft/${draft.id}/check`) }
  }

  private render(req: Request, res: Response, draft: Draft, answers: Answers, wrong: Wrong[]): void {
    const found = this.page(draft, String(req.params['slug']))
    if (!found) return void res.status(404).render('message', { title: 'Page not found', text: 'There is no such question.' })
    const back = req.query['change'] === undefined ? found.back : `/concerns/draft/${draft.id}/check`
    res.status(wrong.length > 0 ? 422 : 200)
      .render('provider/question', { page: found.page, back, answers, errors: errorsOf(wrong), draft })
  }

  private show(req: Request, res: Response): void {
    const draft = this.draft(req, res)
    if (!draft) return
    const kept = keptBody(req)
    const found = kept && this.page(draft, String(req.params['slug']))
    const answers = found ? { ...draft.answers, ...readForm(found.page.fields, kept) } : draft.answers
    this.render(req, res, draft, answers, [])
  }

  private async answer(req: Request, res: Response): Promise<void> {
    const draft = this.draft(req, res)
    if (!draft) return
    const found = this.page(draft, String(req.params['slug']))
    if (!found) return this.render(req, res, draft, draft.answers, [])
    const body = req.body as Record<string, unknown>
    const answers = { ...draft.answers, ...readForm(found.page.fields, body) }
    const wrong = unreadable(found.page, answers)
    if (wrong.length === 0) wrong.push(...(await this.refusedHere(req, found.page, answers)))
    if (found.page.slug === 'managers') wrong.push(...this.cannotHide(req, answers))
    // Kept as it was typed, right or wrong: what somebody wrote is not lost.
    draft.answers = answers
    this.drafts.keep(req.person!, draft)
    if (body['save'] !== undefined) {
      req.session.flash = 'Your answers are saved. You can come back to them for 30 days.'
      return res.redirect(303, '/concerns')
    }
    if (wrong.length > 0) return this.render(req, res, draft, answers, wrong)
    // Its answers may have opened or closed pages after it.
    const next = this.page(draft, found.page.slug)!.next
    return res.redirect(303, req.query['change'] === undefined ? next : `/concerns/draft/${draft.id}/check`)
  }

  private cannotHide(req: Request, answers: Answers): Wrong[] {
    if (!isHidden(answers) || req.person!.ownProfile || answers['managers'] === '' || answers['seen_by'] === '') return []
    const { telephone } = this.services.council
    return [{ field: 'managers', text: 'Your account has no key of its own yet, so colleagues would see this. ' +
      `Ring the council instead${telephone ? `: ${telephone}` : ''}` }]
  }

  private voice(req: Request, answers: Answers): Voice | undefined {
    return this.voices.of(req.person!).find((v) => v.own === isHidden(answers))
  }

  private async dryRun(req: Request, answers: Answers, timeoutMs: number): Promise<DryRunReply> {
    const person = req.person!
    const concern = bytesOf(concernOf(answers, person, this.voices.organisation(person)))
    const submission = create(SubmissionSchema,
      { key: uuid7(), kind: Kind.SAFEGUARDING_CONCERN, concern, dangerNow: dangerOf(answers) })
    const voice = this.voice(req, answers) ?? this.voices.of(person)[0]!
    return this.voices.link(voice).fetch('dryRun', { case: 'dryRun', value: { submission } as never }, { timeoutMs })
  }

  /** What the council would refuse of this page; when it does not answer, it says so on sending. */
  private async refusedHere(req: Request, page: Page, answers: Answers): Promise<Wrong[]> {
    const mine = (wire: string): string | undefined => {
      const found = fieldOf(wire)
      return found?.page.slug === page.slug ? found.field.kind === 'date' ? `${found.field.name}-day` : found.field.name : undefined
    }
    try {
      const reply = await this.dryRun(req, answers, CHECK_MS)
      return wrongOf(reply.problems, mine, null)
    } catch (e) {
      if (e instanceof Refused) return wrongOf(e.reply.problems, mine, null)
      if (e instanceof NoAnswer) return []
      throw e
    }
  }

  private summary(draft: Draft): { page: Page; rows: { label: string; words: string }[] }[] {
    return asked(draft.answers).map((page) => ({
      page, rows: page.fields.map((f) => ({ label: f.label, words: inWords(f, draft.answers) })),
    }))
  }

  private check(req: Request, res: Response, wrong: Wrong[] = []): void {
    const draft = this.draft(req, res)
    if (!draft) return
    res.status(wrong.length > 0 ? 422 : 200).render('provider/check', {
      draft, sections: this.summary(draft), hidden: isHidden(draft.answers), errors: errorsOf(wrong),
    })
  }

  private async send(req: Request, res: Response): Promise<void> {
    const draft = this.draft(req, res)
    if (!draft) return
    const voice = this.voice(req, draft.answers)
    if (!voice) return this.check(req, res, [{ field: 'send', text: 'Answer the question about managers first: your ' +
      'account has no key of its own, so colleagues would see this.' }])
    const wrong = await this.refusedAnywhere(req, draft)
    if (wrong.length > 0) return this.check(req, res, wrong)
    const person = req.person!
    const concern = bytesOf(concernOf(draft.answers, person, this.voices.organisation(person)))
    // Twice pressed: the draft says already that it is on its way.
    const now = this.drafts.get(person, draft.id)
    if (now && !now.sending) {
      now.sending = this.services.outbox.put(voice.profile, concern, dangerOf(draft.answers))
      this.drafts.keep(person, now)
    }
    return res.redirect(303, `/concerns/draft/${draft.id}/sending`)
  }

  private async refusedAnywhere(req: Request, draft: Draft): Promise<Wrong[]> {
    const field = (wire: string): string => `page-${fieldOf(wire)?.page.slug ?? 'danger'}`
    const own = asked(draft.answers).flatMap((page) =>
      unreadable(page, draft.answers).map((w) => ({ ...w, field: `page-${page.slug}` })))
    try {
      return [...own, ...wrongOf((await this.dryRun(req, draft.answers, CHECK_MS)).problems, field, 'send')]
    } catch (e) {
      if (e instanceof Refused) return [...own, ...wrongOf(e.reply.problems, field, 'send')]
      if (e instanceof NoAnswer) return own
      throw e
    }
  }

  private async sending(req: Request, res: Response): Promise<void> {
    const draft = this.draft(req, res)
    if (!draft) return
    if (!draft.sending) return res.redirect(303, `/concerns/draft/${draft.id}/check`)
    const fate = await this.services.outbox.fate(draft.sending, RECEIPT_MS)
    if (fate.state === 'received') {
      this.drafts.remove(req.person!, draft)
      return res.redirect(303, `/concerns/${fate.receipt.adults[0]!.reference}/sent`)
    }
    if (fate.state === 'refused') {
      delete draft.sending
      this.drafts.keep(req.person!, draft)
      const field = (wire: string): string => `page-${fieldOf(wire)?.page.slug ?? 'danger'}`
      const wrong = wrongOf(fate.receipt.problems, field, 'send')
      return this.check(req, res, wrong.length > 0 ? wrong : [{ field: 'send', text: Status[fate.receipt.status]! }])
    }
    const urgent = draft.answers['danger'] !== 'ANSWER_NO'
    return res.status(202).render('provider/sending',
      { draft, late: urgent || Date.now() - draft.changedMs > TOLD_AFTER_MS })
  }

  private async threshold(req: Request, res: Response): Promise<void> {
    const draft = this.draft(req, res)
    if (!draft) return
    try {
      const reply = await this.dryRun(req, draft.answers, CHECK_MS)
      const asks = reply.problems.filter((p) => !p.refused)
      res.render('provider/threshold', { draft, view: reply.adults[0], asks, advice: reply.advice })
    } catch (e) {
      if (!(e instanceof Refused)) throw e
      res.redirect(303, `/concerns/draft/${draft.id}/check`)
    }
  }

  private leave(req: Request, res: Response): void {
    const draft = this.draft(req, res)
    if (draft) res.render('provider/delete', { draft })
  }

  private remove(req: Request, res: Response): void {
    const draft = this.draft(req, res)
    if (!draft) return
    this.drafts.remove(req.person!, draft)
    req.session.flash = 'The draft is deleted.'
    res.redirect(303, '/concerns')
  }
}
