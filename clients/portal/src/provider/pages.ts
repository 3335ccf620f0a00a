// A provider's pages: for people whose account names an organisation.
import { type Request, Router } from 'express'
import { signedIn } from '../app/security.js'
import type { Services } from '../app/services.js'
import { Circles, type Named } from './circles.js'
import { concernOf } from './concern.js'
import { type Draft, Drafts } from './drafts.js'
import { textOf } from './fields.js'
import type { Journey } from './journey.js'
import { namesOf, People } from './people.js'
import { isHidden, PAGES } from './questions.js'
import { Replies } from './replies.js'
import { Threads } from './threads.js'
import { Voices } from './voice.js'
import { Wizard } from './wizard.js'

function journey(services: Services): Journey {
  const voices = new Voices(services)
  const circles = new Circles(services)
  const thing = (req: Request, draft: Draft): Named => ({ kind: 'draft', id: draft.id, author: req.person!.id })
  return {
    base: '/concerns/draft', pages: PAGES, isPublic: false, home: '/concerns',
    owner: (req) => req.person!.id,
    prefill: ({ person }) => ({
      your_name: person!.name, your_job: person!.job, your_telephone: person!.telephone, your_email: person!.email,
    }),
    concern: (req, answers) => {
      const { name, location } = voices.organisation(req.person!)
      return concernOf(PAGES, answers, {
        source_type: 'SOURCE_TYPE_CARE_PROVIDER', 'referrer.organisation': name,
        ...(location ? { 'referrer.location_id': location } : {}),
      })
    },
    profile: (req, answers) => voices.of(req.person!).find((v) => v.own === isHidden(answers))?.profile ?? null,
    trial: (req) => voices.of(req.person!)[0]!.profile,
    wrong: (req, page, answers) => {
      if (page.slug !== 'managers' || !isHidden(answers) || req.person!.ownProfile) return []
      if (textOf(answers['managers']) === '') return [{ field: 'managers', text: 'Answer this, so that it is clear who may see it' }]
      if (textOf(answers['managers']) === 'ANSWER_NO' && textOf(answers['seen_by']) === '')
        return [{ field: 'seen_by', text: 'Choose who else here may see it' }]
      const { telephone } = services.council
      return [{ field: 'managers', text: 'Your account has no key of its own yet, so colleagues would see this. ' +
        `Ring the council instead${telephone ? `: ${telephone}` : ''}` }]
    },
    seenBy: (answers, req, draft) => {
      if (!isHidden(answers)) return 'Your colleagues who report concerns will see it here too.'
      const names = namesOf(circles.of(thing(req, draft)))
      return `Only you ${names === '' ? '' : `and ${names} `}will see this concern here. Your ${names === '' ? '' : 'other '}colleagues will not.`
    },
    mayShow: isHidden,
    settled: (req, draft, reference) => circles.becomes(thing(req, draft), isHidden(draft.answers) ? reference : null),
    received: (_req, reference) => `/concerns/${reference}/sent`,
  }
}

export function providerPages(services: Services): Router {
  const router = Router()
  const drafts = new Drafts(services.vault)
  const wizard = new Wizard(services, drafts, journey(services))
  router.use(['/concerns', '/organisation'], signedIn((person) => person.organisation !== ''))
  router.post('/concerns/new', (req, res) => wizard.begin(req, res))
  const people = new People(services, drafts)
  router.use(people.router, wizard.router, new Threads(services, drafts, people).router, new Replies(services).router)
  return router
}
