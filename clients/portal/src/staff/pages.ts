// Staff's pages: for people whose account names a worker of the council's registry.
import { Router } from 'express'
import { signedIn } from '../app/security.js'
import type { Services } from '../app/services.js'
import { Boards } from './board.js'
import { Calls } from './call.js'
import { Cases } from './cases.js'
import { Decisions } from './decide.js'
import { CaseFiles } from './files.js'
import { Finder } from './find.js'
import { Holds } from './holds.js'
import { Managers } from './manager.js'
import { Policies } from './policies.js'
import { Names } from './words.js'

export function staffPages(services: Services): Router {
  const router = Router()
  if (services.config.deskProfile === '') return router
  const names = new Names(services)
  router.use(['/board', '/case', '/find', '/manager'], (_req, _res, next) => void services.directory.ready().then(() => next(), next))
  const holds = new Holds(services.vault)
  router.use(['/board', '/case', '/find'], signedIn((person) => person.worker !== ''))
  router.use('/manager', signedIn((person) => person.worker !== '' && person.manager))
  router.use(new Boards(services, names).router, new Decisions(services, holds).router, new Cases(services, names, holds).router,
    new CaseFiles(services).router, new Finder(services, names).router, new Managers(services, names).router,
    new Policies(services, names).router)
  if (services.config.telephoneProfile !== '') {
    router.use('/call', signedIn((person) => person.worker !== ''))
    router.use(new Calls(services).router)
  }
  return router
}
