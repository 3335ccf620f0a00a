// Ways in and out: one-time codes, the council's own sign-in against a real OpenID provider, and e-mail.
import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from 'otpauth'
import type { Browser } from 'playwright-core'
import { totp } from '../src/app/accounts.js'
import { launch, Visitor } from './browser.js'
import { Council, freePort, PASSWORD } from './council.js'

let council: Council
let browser: Browser
let folder: string
let provider: Server
let post: { close(done: () => void): void }
const letters: string[] = []
const codeSecret = new Secret({ size: 20 }).base32

/** A real provider; its own pages for development let anybody be whom they say. */
async function identityProvider(redirect: string): Promise<Server> {
  const { default: Provider } = (await import('oidc-provider' as string)) as { default: new (issuer: string, o: object) => { callback(): never } }
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const oidc = new Provider(issuer, {
    clients: [{ client_id: 'portal', client_secret: 'not much of a secret', redirect_uris: [redirect], response_types: ['code'] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] }, conformIdTokenClaims: false,
    cookies: { keys: ['for the test alone'] }, pkce: { required: () => true },
    findAccount: (_: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@council.example`, email_verified: id !== 'mallory' }) }),
  })
  server.on('request', oidc.callback())
  return server
}

async function postOffice(): Promise<number> {
  const { SMTPServer } = (await import('smtp-server' as string)) as { SMTPServer: new (o: object) => {
    listen(port: number, host: string, done: () => void): void; close(done: () => void): void; server: Server } }
  const office = new SMTPServer({
    authOptional: true, disabledCommands: ['STARTTLS'],
    onData(stream: NodeJS.ReadableStream, _: unknown, done: () => void) {
      let letter = ''
      stream.on('data', (part: Buffer) => (letter += part.toString()))
      stream.on('end', () => {
        letters.push(letter)
        done()
      })
    },
  })
  await new Promise<void>((resolve) => office.listen(0, '127.0.0.1', resolve))
  post = office
  return (office.server.address() as AddressInfo).port
}

before(async () => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  provider = await identityProvider(`${url}/sign-in/council/back`)
  folder = mkdtempSync(join(tmpdir(), 'triaged-oidc-'))
  const secret = join(folder, 'secret')
  writeFileSync(secret, 'not much of a secret\n')
  browser = await launch()
  council = await Council.start({
    url, listen: `127.0.0.1:${port}`, one_time_codes: true,
    smtp: { host: '127.0.0.1', port: await postOffice(), from: 'portal@council.example' },
    oidc: { issuer: `http://127.0.0.1:${(provider.address() as AddressInfo).port}`, client_id: 'portal', client_secret_file: secret },
  }, {}, port, { 'jo.bright': { code_secret: codeSecret } })
})
after(async () => {
  await browser?.close()
  await council?.stop()
  rmSync(folder, { recursive: true, force: true })
  provider?.close()
  provider?.closeAllConnections()
  if (post) await new Promise<void>((resolve) => post.close(resolve))
})

async function password(v: Visitor): Promise<void> {
  await v.go('/sign-in')
  await v.page.getByLabel('Name of your account').fill('jo.bright')
  await v.page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await v.press('Sign in')
}

test('a password alone lets nobody in; a code counts once', async () => {
  const v = await Visitor.come(browser, council, 'code')
  await password(v)
  assert.equal(await v.heading(), 'Enter your one-time code')
  await v.sound()
  await v.go('/concerns')
  assert.equal(await v.heading(), 'Sign in')
  await v.sound()
  await password(v)
  await v.fill('Enter your one-time code', '000000')
  await v.press('Continue')
  assert.match(await v.page.title(), /^Error: /)
  const code = totp(codeSecret).generate()
  await v.fill('Enter your one-time code', code)
  await v.press('Continue')
  assert.equal(await v.heading(), 'Your concerns')
  await v.page.getByRole('button', { name: /Sign out/ }).click()
  await v.go('/concerns')
  assert.equal(await v.heading(), 'Sign in')
  await password(v)
  await v.fill('Enter your one-time code', code)
  await v.press('Continue')
  assert.match(await v.page.title(), /^Error: /)
  await v.leave()
})

async function atTheCouncil(v: Visitor, name: string): Promise<void> {
  await v.go('/sign-in')
  await v.press('Sign in with your council account')
  await v.page.locator('input[name=login]').fill(name)
  await v.page.locator('input[name=password]').fill('anything')
  await v.page.locator('button[type=submit]').click()
  await v.page.locator('button[type=submit]').click()
}

test('staff sign in at the council; who has no account, or an address that is not proved, does not', async () => {
  const v = await Visitor.come(browser, council, 'oidc')
  await atTheCouncil(v, 'cara.heron')
  assert.equal(new URL(v.page.url()).pathname, '/manager')
  await v.leave()
  for (const name of ['stranger', 'mallory', 'jo.bright']) {
    const other = await Visitor.come(browser, council, 'oidc-no')
    await atTheCouncil(other, name)
    assert.equal(await other.heading(), 'You could not be signed in')
    await other.sound()
    await other.go('/concerns')
    assert.equal(await other.heading(), 'Sign in')
    await other.leave()
  }
})

test('an answer that was not asked for signs nobody in', async () => {
  const v = await Visitor.come(browser, council, 'oidc-forged')
  await v.go('/sign-in/council/back?code=stolen&state=guessed')
  assert.equal(await v.heading(), 'Sign in')
  await v.leave()
})

test('news goes out by e-mail as a reference and a link, to colleagues never about a thread that is not theirs', async () => {
  const shared = await council.report('rosewood-house')
  const hidden = await council.report('rosewood-jo')
  await council.decide(shared, false)
  await council.decide(hidden, false)
  for (let i = 0; i < 300 && letters.length < 2; i++) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(letters.length >= 2, `${letters.length} letters`)
  for (const letter of letters) {
    assert.ok(letter.includes(`/concerns/${shared}`), letter)
    assert.ok(!letter.includes(hidden), letter)
    assert.doesNotMatch(letter, /Ada|Fernsby|fell|accident/)
  }
  assert.deepEqual(letters.map((l) => /^To: (.*)$/m.exec(l)![1]!.trim()).sort().slice(0, 2),
    ['jo@rosewood.example', 'sam@rosewood.example'])
  assert.ok(!readFileSync(join(council.folder, 'portal.yaml'), 'utf8').includes('not much of a secret'))
})
