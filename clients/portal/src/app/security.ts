// Headers of every answer, the token of every form, and who is asking.
import { csrfSync } from 'csrf-sync'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import helmet from 'helmet'
import type { Account } from './accounts.js'
import type { Config } from './config.js'
import type { Services } from './services.js'

declare module 'express-serve-static-core' {
  interface Request {
    /** Who signed in; set on every page behind `signedIn`. */
    person?: Account
  }
}

/** Scripts and styles come from here alone, and none is inline. */
export function headers(config: Config): RequestHandler {
  const secure = config.url.startsWith('https:')
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"], scriptSrc: ["'self'"], styleSrc: ["'self'"], imgSrc: ["'self'"], fontSrc: ["'self'"],
        connectSrc: ["'self'"], manifestSrc: ["'self'"], formAction: ["'self'"], baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(secure ? { upgradeInsecureRequests: [] } : {}),
      },
    },
    referrerPolicy: { policy: 'same-origin' },
    hsts: secure ? { maxAge: 31_536_000 } : false,
  })
}

const csrf = csrfSync({
  getTokenFromRequest: (req) => (req.body as { _csrf?: string } | undefined)?._csrf,
  // A session that has ended takes its token along: `signedIn` keeps what the form held.
  skipCsrfProtection: (req) => req.session.csrfToken === undefined && req.session.account === undefined &&
    req.path !== '/sign-in' && !req.path.startsWith('/report'),
})
export const csrfProtection: RequestHandler = csrf.csrfSynchronisedProtection
export const invalidToken = csrf.invalidCsrfTokenError

/** What every template knows. */
export function locals(services: Services): RequestHandler {
  return (req, res, next) => {
    const account = req.session.account ? services.accounts.get(req.session.account) : null
    if (account) req.person = account
    else delete req.session.account
    res.locals['person'] = account
    res.locals['path'] = req.path
    res.locals['council'] = services.council
    res.locals['csrf'] = () => csrf.generateToken(req)
    res.locals['flash'] = req.session.flash
    res.locals['telephone'] = services.config.telephoneProfile !== ''
    res.locals['publicReport'] = services.config.publicProfile !== ''
    if (req.session.flash && req.method === 'GET') delete req.session.flash
    if (account) res.setHeader('Cache-Control', 'no-store')
    next()
  }
}

/** Only for whom `may` lets in; what a form held is kept until they have signed in again. */
export function signedIn(may: (person: Account) => boolean): RequestHandler {
  return (req: Request, res: Response, next: NextFunction) => {
    if (!req.person) {
      req.session.goTo = req.originalUrl
      if (req.method === 'POST') {
        const { _csrf, ...body } = req.body as Record<string, unknown>
        req.session.kept = { path: req.originalUrl, body, ...(req.uploadsLeft ? { files: true } : {}) }
      }
      return res.redirect(303, '/sign-in')
    }
    if (!may(req.person)) return void res.status(403).render('message', {
      title: 'You cannot see this page', text: 'It is not for the account that you signed in with.',
    })
    return next()
  }
}

/** What the form on this page held when the session had ended; told once. */
export function keptBody(req: Request): Record<string, unknown> | null {
  const kept = req.session.kept
  if (!kept || kept.path !== req.originalUrl) return null
  delete req.session.kept
  return kept.body
}
