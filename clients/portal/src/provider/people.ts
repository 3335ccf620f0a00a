// Who else may see what its author alone sees: the author chooses among the colleagues who have an account, and a
// colleague who was named reads a draft as it is.
import { type Request, type Response, Router } from 'express'
import type { Account } from '../app/accounts.js'
import { keptBody } from '../app/security.js'
import type { Services } from '../app/services.js'
import { Circles, type Named } from './circles.js'
import { type Draft, type Drafts, titleOf } from './drafts.js'
import { listOf, type Value } from './fields.js'
import { isHidden, PAGES } from './questions.js'
import { NotTheirs, Voices } from './voice.js'
import { sectionsOf } from './wizard.js'

/** "Sam Field and Di Moss". */
export function namesOf(people: readonly Account[]): string {
  return new Intl.ListFormat('en-GB').format(people.map((a) => a.name))
}

export class People {
  readonly router = Router()
  private readonly circles: Circles
  private readonly voices: Voices

  constructor(services: Services, private readonly drafts: Drafts) {
    this.circles = new Circles(services)
    this.voices = new Voices(services)
    const r = this.router
    const of = { draft: (req: Request) => this.ofDraft(req), thread: (req: Request) => this.ofThread(req) }
    for (const [path, find] of [['/concerns/draft/:id/people', of.draft], ['/concerns/:ref/people', of.thread]] as const) {
      r.get(path, async (req, res) => this.form(req, res, await find(req)))
      r.post(path, async (req, res) => this.keep(req, res, await find(req)))
    }
    r.get('/concerns/shown/:id', (req, res) => this.shown(req, res))
  }

  /** Its author's own draft, of a concern that colleagues do not see by themselves. */
  private ofDraft(req: Request): Named {
    const author = req.person!.id
    const draft = this.drafts.get(author, String(req.params['id']))
    if (!draft || !isHidden(draft.answers)) throw new NotTheirs()
    return { kind: 'draft', id: draft.id, author }
  }

  private async ofThread(req: Request): Promise<Named> {
    const { voice, brief } = await this.voices.thread(req.person!, String(req.params['ref']))
    if (!voice.own || voice.author !== undefined) throw new NotTheirs()
    return { kind: 'thread', id: brief.reference, author: req.person!.id }
  }

  private back(thing: Named): string {
    return thing.kind === 'draft' ? `/concerns/draft/${thing.id}/check` : `/concerns/${thing.id}`
  }

  private form(req: Request, res: Response, thing: Named): void {
    const kept = keptBody(req)
    const chosen = kept ? listOf(kept['people'] as Value) : this.circles.of(thing).map((a) => a.id)
    res.render('provider/people', { back: this.back(thing), chosen, isDraft: thing.kind === 'draft', reference: thing.id,
      items: this.circles.colleagues(req.person!).map((a) => ({ value: a.id, text: a.name, ...(a.job ? { hint: { text: a.job } } : {}) })) })
  }

  private keep(req: Request, res: Response, thing: Named): void {
    this.circles.name(thing, listOf((req.body as Record<string, Value>)['people']))
    const names = namesOf(this.circles.of(thing))
    req.session.flash = names === '' ? 'Only you see this here.' : `You and ${names} see this here. Nobody else does.`
    res.redirect(303, this.back(thing))
  }

  /** Drafts that this person was shown, with who writes them. */
  draftsFor(person: Account): { draft: Draft; title: string; author: Account }[] {
    return this.circles.naming(person).filter((n) => n.kind === 'draft').flatMap((n) => {
      const author = this.circles.authorOf(n)
      const draft = this.drafts.get(n.author, n.id)
      if (!draft) this.circles.becomes(n, null) // Too old, and swept.
      return author && draft ? [{ draft, title: titleOf(draft), author }] : []
    })
  }

  private shown(req: Request, res: Response): void {
    const named = this.circles.naming(req.person!).find((n) => n.kind === 'draft' && n.id === req.params['id'])
    const draft = named && this.drafts.get(named.author, named.id)
    if (!named || !draft) throw new NotTheirs()
    res.render('provider/shown', { draft, back: '/concerns', sections: sectionsOf(PAGES, draft.answers),
      author: this.circles.authorOf(named) })
  }
}
