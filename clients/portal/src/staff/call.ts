// What arrives by telephone, written down by whoever takes the call: few screens, nothing that must be answered, and
// the same message as anybody else's.  It goes under a key of its own, and the council keeps who took it.
import { type Request, type Response, Router } from 'express'
import type { Services } from '../app/services.js'
import { concernOf } from '../provider/concern.js'
import { Drafts, titleOf } from '../provider/drafts.js'
import { choice, type Field, listOf, type Page, text } from '../provider/fields.js'
import type { Journey } from '../provider/journey.js'
import { PAGES } from '../provider/questions.js'
import { Wizard } from '../provider/wizard.js'
import { keepWhy } from './why.js'

const BY_SLUG = new Map(PAGES.map((p) => [p.slug, p]))
const fields = (slug: string): readonly Field[] => BY_SLUG.get(slug)!.fields
const TOPIC_SLUGS = new Set(PAGES.filter((p) => p.when).map((p) => p.slug))

const CALL_PAGES: readonly Page[] = [
  { slug: 'caller', title: 'Who rings?', lead: 'If somebody is in danger now: 999 first.', fields: [
    ...fields('danger'),
    choice('source', 'Who rings?', 'source_type', [
      ['SOURCE_TYPE_ADULT_SELF', 'The adult themselves'], ['SOURCE_TYPE_FAMILY_OR_FRIEND', 'Family or a friend'],
      ['SOURCE_TYPE_PUBLIC', 'A neighbour or somebody else'], ['SOURCE_TYPE_CARE_PROVIDER', 'A care provider'],
      ['SOURCE_TYPE_HEALTH', 'A hospital, doctor or nurse'], ['SOURCE_TYPE_POLICE', 'The police'],
      ['SOURCE_TYPE_AMBULANCE', 'The ambulance service'], ['SOURCE_TYPE_FIRE', 'The fire service'],
      ['SOURCE_TYPE_HOUSING', 'Housing'], ['SOURCE_TYPE_COUNCIL', 'Somebody at the council'],
      ['SOURCE_TYPE_VOLUNTARY', 'A charity'], ['SOURCE_TYPE_OTHER', 'Somebody else']]),
    text('caller_organisation', 'Where do they work?', 'referrer.organisation'),
    text('caller_name', 'Their name', 'referrer.person_name'),
    text('caller_telephone', 'How to ring them back', 'referrer.telephone', { width: 'govuk-input--width-20' }),
    text('caller_safe', 'Is there only one safe way to reach them?', 'referrer.safe_contact'),
    fields('managers')[0]!,
  ] },
  // Its days and times are read as they are on the page of that name.
  { slug: 'when', title: 'What do they say?', fields: [
    ...fields('happened'), ...fields('adult'), ...fields('when'), ...fields('where'), ...fields('harm')] },
  ...PAGES.filter((p) => TOPIC_SLUGS.has(p.slug)).map((p): Page => ({ ...p, when: (a) => listOf(a['topics']).includes(p.slug) })),
  { slug: 'more', title: 'What else do they know?', lead: 'Ask what fits the call.', fields: [
    ...fields('effect'), ...fields('cause'), ...fields('before'), ...fields('needs'), ...fields('wishes'), ...fields('done')] },
]

export class Calls {
  readonly router = Router()
  private readonly drafts: Drafts
  private readonly wizard: Wizard

  constructor(services: Services) {
    this.drafts = new Drafts(services.vault)
    this.wizard = new Wizard(services, this.drafts, this.journey(services.config.telephoneProfile))
    this.router.get('/call', (req, res) => this.list(req, res))
    this.router.post('/call', (req, res) => this.wizard.begin(req, res))
    this.router.use(this.wizard.router)
  }

  private owner(req: Request): string {
    return `${req.person!.id} calls`
  }

  private journey(profile: string): Journey {
    return {
      base: '/call', pages: CALL_PAGES, isPublic: false, home: '/call',
      owner: (req) => this.owner(req), prefill: () => ({}), profile: () => profile, trial: () => profile,
      worker: (req) => req.person!.worker,
      concern: (_req, answers) => concernOf(CALL_PAGES, answers, {}),
      wrong: () => [],
      seenBy: () => 'The teams of the council will see it. Whoever rang is told by telephone.',
      received: (req, reference) => {
        keepWhy(req, reference, 'I took the call')
        req.session.flash = `Written down. Give the caller the reference ${reference}.`
        return `/case/${reference}`
      },
    }
  }

  private list(req: Request, res: Response): void {
    const drafts = this.drafts.of(this.owner(req)).map((d) => ({ ...d, title: titleOf(d) }))
    res.render('staff/calls', { drafts })
  }
}
