// A provider's pages: for people whose account names an organisation.
import { Router } from 'express'
import { signedIn } from '../app/security.js'
import type { Services } from '../app/services.js'
import { Threads } from './threads.js'
import { Wizard } from './wizard.js'

export function providerPages(services: Services): Router {
  const router = Router()
  const wizard = new Wizard(services)
  const threads = new Threads(services, wizard.drafts)
  router.use('/concerns', signedIn((person) => person.organisation !== ''))
  router.use(wizard.router, threads.router)
  return router
}
