// Built-in accounts: a name and a password, then a one-time code.
import { type Request, type Response, Router } from 'express'
import type { Account } from './accounts.js'
import { errorsOf } from './problems.js'
import type { Services } from './services.js'

/** Where a person begins. */
export function home(person: Account): string {
  if (person.worker === '') return '/concerns'
  return person.manager || person.teams.length === 0 ? '/manager' : `/board/${person.teams[0]}`
}

/** A session of its own for each sign-in, so that one known before is worth nothing after. */
export function enter(req: Request, res: Response, account: Account): void {
  const { goTo, kept } = req.session
  req.session.regenerate((e) => {
    if (e) return void res.status(500).render('message', { title: 'Sorry, you could not be signed in', text: 'Try again.' })
    req.session.account = account.id
    if (kept) req.session.kept = kept
    res.redirect(303, goTo ?? home(account))
  })
}

function text(req: Request, name: string): string {
  const value = (req.body as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}

export function signIn(services: Services): Router {
  const router = Router()
  const oidc = services.config.oidc !== null

  router.get('/sign-in', (req, res) => {
    if (req.person) return res.redirect(303, home(req.person))
    return res.render('sign-in', { oidc, kept: req.session.kept })
  })
  router.post('/sign-in', async (req, res) => {
    const name = text(req, 'name')
    const account = await services.accounts.signIn(name, text(req, 'password'))
    if (!account) {
      const wrong = [{ field: 'name', text: 'Enter the name and password of your account. After ten wrong tries it is ' +
        'locked for 15 minutes' }]
      return res.status(422).render('sign-in', { oidc, name, errors: errorsOf(wrong) })
    }
    if (!services.config.oneTimeCodes) return enter(req, res, account)
    req.session.halfway = account.id
    return res.redirect(303, '/sign-in/code')
  })
  router.get('/sign-in/code', (req, res) => {
    if (!req.session.halfway) return res.redirect(303, '/sign-in')
    return res.render('sign-in-code')
  })
  router.post('/sign-in/code', (req, res) => {
    const account = services.accounts.get(req.session.halfway ?? '')
    if (!account) return res.redirect(303, '/sign-in')
    if (services.accounts.codeIs(account, text(req, 'code'))) return enter(req, res, account)
    const wrong = [{ field: 'code', text: 'Enter the 6 digits that your authenticator shows now. Each code counts once' }]
    return res.status(422).render('sign-in-code', { errors: errorsOf(wrong) })
  })
  router.post('/sign-out', (req, res) => {
    req.session.destroy(() => res.redirect(303, '/'))
  })
  return router
}
