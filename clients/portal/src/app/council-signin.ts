// Council staff sign in where they always do: OpenID Connect, code flow with PKCE, state and nonce.  Who they are
// is matched with an account by e-mail address; who has no account there is let in nowhere.
import { type Request, type Response, Router } from 'express'
import { type Client, generators, Issuer } from 'openid-client'
import type { Account } from './accounts.js'
import type { Services } from './services.js'
import { enter } from './signin.js'

declare module 'express-session' {
  interface SessionData {
    oidc: { state: string; nonce: string; verifier: string }
  }
}

const CALLBACK = '/sign-in/council/back'

export function councilSignIn(services: Services): Router {
  const router = Router()
  const settings = services.config.oidc
  if (!settings) return router
  const back = services.config.url + CALLBACK
  let known: Promise<Client> | null = null
  // Asked when first needed, and again after a failure: the portal starts without it.
  const client = (): Promise<Client> => {
    known ??= Issuer.discover(settings.issuer).then((issuer) => new issuer.Client({
      client_id: settings.clientId, client_secret: settings.clientSecret, redirect_uris: [back], response_types: ['code'],
    }))
    known.catch(() => (known = null))
    return known
  }
  const failed = (res: Response, text: string): void =>
    void res.status(502).render('message', { title: 'You could not be signed in', text, again: '/sign-in' })

  router.get('/sign-in/council', async (req, res) => {
    const verifier = generators.codeVerifier()
    const ask = { state: generators.state(), nonce: generators.nonce(), verifier }
    let url: string
    try {
      url = (await client()).authorizationUrl({
        scope: 'openid email', state: ask.state, nonce: ask.nonce, code_challenge: generators.codeChallenge(verifier),
        code_challenge_method: 'S256',
      })
    } catch {
      return failed(res, 'The council’s sign-in does not answer. Try again in a minute.')
    }
    req.session.oidc = ask
    return res.redirect(303, url)
  })

  router.get(CALLBACK, async (req, res) => {
    const asked = req.session.oidc
    delete req.session.oidc
    if (!asked) return res.redirect(303, '/sign-in')
    const person = await who(req, await client(), back, asked).catch(() => null)
    if (person === null) return failed(res, 'The council’s sign-in did not say who you are. Try again.')
    const account = person === '' ? null : services.accounts.byEmail(person)
    if (!account || !isStaff(account))
      return failed(res, 'You have no account here. Ask whoever looks after the portal at the council.')
    return enter(req, res, account)
  })
  return router
}

function isStaff(account: Account): boolean {
  return account.worker !== ''
}

/** The address that the council vouches for; one that it says is unverified is nobody's. */
async function who(req: Request, client: Client, back: string,
  asked: { state: string; nonce: string; verifier: string }): Promise<string> {
  const tokens = await client.callback(back, client.callbackParams(req),
    { state: asked.state, nonce: asked.nonce, code_verifier: asked.verifier })
  const claims = tokens.claims()
  return claims.email_verified === false ? '' : (claims.email ?? '')
}
