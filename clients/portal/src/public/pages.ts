// For adults, families and neighbours: tell the council without signing in, and follow with a reference and a secret.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { type Request, type Response, Router } from 'express'
import { errorsOf, refusal, type Wrong } from '../app/problems.js'
import type { Services } from '../app/services.js'
import { concernOf } from '../provider/concern.js'
import { Drafts } from '../provider/drafts.js'
import { FILE_WORDS, fileLimits, supplement, takeFiles } from '../provider/files.js'
import { uuid7 } from '../wire/keys.js'
import type { Journey } from '../provider/journey.js'
import { Wizard } from '../provider/wizard.js'
import { PUBLIC_PAGES } from './questions.js'

const SYMBOLS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SECRET_SYMBOLS = 12
const WRONG_MAX = 10
const LOCK_MS = 15 * 60_000
/** Where "Exit this page" goes: a page that anybody may have open. */
export const ELSEWHERE = 'https://www.bbc.co.uk/weather'

declare module 'express-session' {
  interface SessionData {
    /** Whose drafts these are, for somebody without an account. */
    reporter: string
    /** What this browser sent. */
    reported: string
    /** What it may follow: the reference and its secret were right. */
    following: string
  }
}

/** Made of the reference alone, so that nothing has to be kept to know it again. */
export class Secrets {
  private readonly wrong = new Map<string, { count: number; until: number }>()
  constructor(private readonly key: string) {}

  of(reference: string): string {
    const bytes = createHmac('sha256', this.key).update(reference).digest()
    const symbols = [...bytes.subarray(0, SECRET_SYMBOLS)].map((b) => SYMBOLS[b % 32]).join('')
    return symbols.replace(/(.{4})(?=.)/g, '$1-')
  }

  is(reference: string, typed: string): boolean {
    const lock = this.wrong.get(reference)
    if (lock && lock.count >= WRONG_MAX && lock.until > Date.now()) return false
    const plain = (s: string): Buffer =>
      Buffer.from(createHmac('sha256', this.key).update(s.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0')
        .replace(/[IL]/g, '1')).digest())
    const right = timingSafeEqual(plain(this.of(reference)), plain(typed))
    if (right) this.wrong.delete(reference)
    else {
      if (this.wrong.size > 10_000) this.wrong.clear()
      this.wrong.set(reference, { count: (lock && lock.until > Date.now() ? lock.count : 0) + 1, until: Date.now() + LOCK_MS })
    }
    return right
  }
}

/** "sc 7h2w 5ta7" is SC-7H2W-5TA7. */
export function tidyReference(typed: string): string {
  const plain = typed.toUpperCase().replace(/[^0-9A-Z]/g, '').replace(/^SC(?=.{8}$)/, '').replace(/O/g, '0').replace(/[IL]/g, '1')
  return `SC-${plain.slice(0, 4)}-${plain.slice(4)}`
}

function journey(services: Services): Journey {
  const profile = services.config.publicProfile
  return {
    base: '/report', pages: PUBLIC_PAGES, isPublic: true, home: '/report',
    owner: (req) => req.session.reporter ?? null,
    prefill: () => ({}),
    concern: (_req, answers) => concernOf(PUBLIC_PAGES, answers, { source_type: 'SOURCE_TYPE_PUBLIC' }),
    profile: () => profile,
    trial: () => profile,
    wrong: () => [],
    seenBy: () => 'Only the council will see this.',
    received: (req, reference) => {
      req.session.reported = reference
      return '/report/done'
    },
  }
}

export function publicPages(services: Services): Router {
  const router = Router()
  if (services.config.publicProfile === '') return router
  const drafts = new Drafts(services.vault)
  const wizard = new Wizard(services, drafts, journey(services))
  const secrets = new Secrets(services.vault.derive('follow'))

  router.use('/report', (_req, res, next) => {
    res.locals['isPublic'] = true
    res.locals['elsewhere'] = ELSEWHERE
    res.setHeader('Cache-Control', 'no-store')
    next()
  })
  router.get('/report', (_req, res) => res.render('public/start'))
  router.post('/report', (req, res) => {
    req.session.reporter ??= randomBytes(16).toString('hex')
    wizard.begin(req, res)
  })
  router.get('/report/done', async (req, res) => {
    const reference = req.session.reported
    if (!reference) return res.redirect(303, '/report/follow')
    return res.render('public/done', { brief: await status(services, reference), secret: secrets.of(reference) })
  })
  router.get('/report/follow', (_req, res) => res.render('public/follow', { answers: {} }))
  router.post('/report/follow', (req, res) => follow(secrets, req, res))
  router.get('/report/following', (req, res) => following(services, req, res))
  router.post('/report/following', (req, res) => add(services, req, res))
  router.use(wizard.router)
  return router
}

async function status(services: Services, reference: string): Promise<unknown> {
  const link = services.link(services.config.publicProfile)
  return (await link.fetch('case', { case: 'status', value: { reference } as never })).case
}

function follow(secrets: Secrets, req: Request, res: Response): void {
  const body = req.body as { reference?: string; secret?: string }
  const reference = tidyReference(String(body.reference ?? ''))
  if (secrets.is(reference, String(body.secret ?? ''))) {
    req.session.following = reference
    return res.redirect(303, '/report/following')
  }
  const errors = errorsOf([{ field: 'reference', text: 'The reference and the secret do not belong together. Look at both again' }])
  return res.status(422).render('public/follow', { answers: body, errors })
}

async function following(services: Services, req: Request, res: Response, wrong: Wrong[] = []): Promise<void> {
  const reference = req.session.following
  if (!reference) return res.redirect(303, '/report/follow')
  const { publicProfile } = services.config
  const heard = services.notices(publicProfile)
  const notices = heard.of(reference)
  heard.shown(notices, 'by reference and secret')
  const { files } = await services.link(publicProfile).fetch('files', { case: 'files', value: { reference } as never })
  const answers = wrong.length > 0 ? (req.body as { text?: string; key?: string }) : {}
  return res.status(wrong.length > 0 ? 422 : 200).render('public/following', {
    brief: await status(services, reference), notices: [...notices].reverse(), answers, errors: errorsOf(wrong),
    key: answers.key ?? Buffer.from(uuid7()).toString('hex'), files: files.map((f) => ({ name: f.name, words: FILE_WORDS[f.state] })),
    troubles: services.files.troubles(reference), ...fileLimits(services),
  })
}

/** More of what was told before. */
async function add(services: Services, req: Request, res: Response): Promise<void> {
  const reference = req.session.following
  if (!reference) return res.redirect(303, '/report/follow')
  const { text = '', key: hex = '' } = req.body as { text?: string; key?: string }
  const made = Buffer.from(hex, 'hex')
  const { kept, wrong } = takeFiles(services, req, 0)
  try {
    if (wrong.length === 0)
      await supplement(services, services.config.publicProfile, reference, made.length === 16 ? made : uuid7(), text, kept)
  } catch (e) {
    wrong.push(...refusal(e, () => 'text', 'text'))
  }
  if (wrong.length > 0) {
    kept.forEach((file) => services.files.forget(file))
    return following(services, req, res, wrong)
  }
  req.session.flash = 'The council has what you added.'
  return res.redirect(303, '/report/following')
}
