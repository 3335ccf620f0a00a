// The portal, put together: headers, sessions, tokens, pages, and what is said when something fails.
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { providerPages } from '../provider/pages.js'
import { publicPages } from '../public/pages.js'
import { staffPages } from '../staff/pages.js'
import { councilSignIn } from './council-signin.js'
import { csrfProtection, headers, invalidToken, locals } from './security.js'
import type { Services } from './services.js'
import { sessions } from './session.js'
import { home, signIn } from './signin.js'
import { uploads } from './uploads.js'
import { ROOT, views } from './views.js'
import { NoAnswer, Refused } from '../wire/link.js'
import { Status } from '../../gen/triage/v1/common_pb.js'

const FORM_BYTES_MAX = '256kb'

/** Styles and scripts go out as the build has packed them, to who can unpack them. */
function packed(folder: string): RequestHandler {
  const files = new Set(readdirSync(folder).filter((name) => name.endsWith('.gz')).map((name) => `/${name}`))
  return (req, res, next) => {
    res.vary('Accept-Encoding')
    if (files.has(`${req.path}.gz`) && req.acceptsEncodings('gzip')) {
      res.setHeader('Content-Encoding', 'gzip')
      res.type(extname(req.path))
      req.url = `${req.path}.gz`
    }
    next()
  }
}

/** What a person is told when a page cannot be made; the cause goes to the log, without content. */
const failed: ErrorRequestHandler = (e: unknown, req, res, _next) => {
  const show = (status: number, title: string, text: string): void =>
    void res.status(status).render('message', { title, text, again: req.originalUrl })
  if (res.headersSent) return void res.destroy()
  if (e === invalidToken)
    return show(403, 'This page is out of date', 'Nothing was sent. Go back, load the page anew and try again.')
  if (e instanceof NoAnswer)
    return show(503, 'The council’s system does not answer', `${e.message} What you wrote is kept. Try again in a minute.`)
  if (e instanceof Refused && (e.status === Status.NOT_FOUND || e.status === Status.FORBIDDEN))
    return show(404, 'Page not found', 'There is no such thing, or it is not yours to see.')
  if (e instanceof Refused && e.status >= Status.BUSY)
    return show(503, 'The council’s system is busy', 'What you wrote is kept. Try again in a minute.')
  const status = (e as { status?: number }).status ?? 500
  if (status === 404) return show(404, 'Page not found', 'There is no such thing, or it is not yours to see.')
  if (status >= 500) console.error(JSON.stringify({ event: 'page_failed', path: req.route?.path, error: String((e as Error).stack) }))
  return show(status, status < 500 ? 'That could not be read' : 'Sorry, there is a problem', 'Try again later.')
}

export function portal(services: Services): Express {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', services.config.trustedProxies)
  views(app)
  app.use(headers(services.config))
  const assets = join(ROOT, 'dist/assets')
  app.use('/assets', packed(assets), express.static(assets, { immutable: true, maxAge: '365d' }))
  app.get('/healthz', (_req, res) => void res.type('text/plain').send('ok\n'))
  app.get('/readyz', (_req, res) => void (services.isUp ? res.type('text/plain').send('ok\n') :
    res.status(503).type('text/plain').send('the council does not answer\n')))
  app.use(express.urlencoded({ extended: false, limit: FORM_BYTES_MAX, parameterLimit: 500 }))
  app.use(sessions(services.config, services.vault))
  app.use(locals(services))
  app.use(uploads(services))
  app.use(csrfProtection)

  app.get('/', (req, res) => (req.person ? res.redirect(303, home(req.person)) : res.render('start')))
  app.use(signIn(services), councilSignIn(services))
  app.use(providerPages(services))
  app.use(publicPages(services))
  app.use(staffPages(services))
  app.get(['/privacy', '/cookies', '/accessibility'], (req, res) => res.render(req.path.slice(1)))

  app.use((_req, res) => void res.status(404).render('message', {
    title: 'Page not found', text: 'If you typed the address, check that it is right.',
  }))
  app.use(failed)
  return app
}
