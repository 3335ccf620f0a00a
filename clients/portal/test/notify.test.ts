// GOV.UK Notify as the way out for e-mail, before a server on loopback that is as strict with keys as Notify is.
import assert from 'node:assert/strict'
import { createHmac, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadConfig } from '../src/app/config.js'
import { Circles } from '../src/provider/circles.js'
import { launch, Visitor } from './browser.js'
import { Council } from './council.js'

interface Asked {
  path: string
  to: string
  body: Record<string, unknown>
  status: number
}

const SERVICE = randomUUID()
const SECRET = randomUUID()
const TEMPLATE = randomUUID()
const BAD_ADDRESS = 'sam@rosewood.example'
/** Tries of Jo's address that are answered by a fault before one is taken. */
const FAULTS = [500, 429, 403]

const asked: Asked[] = []
let server: Server
let council: Council
let folder: string

/** Signed by the secret alone, by this service, of now. */
function signed(req: IncomingMessage): boolean {
  const [head, claims, signature] = (req.headers.authorization ?? '').replace(/^Bearer /, '').split('.')
  const of = (part: string | undefined): Record<string, unknown> =>
    JSON.parse(Buffer.from(part ?? '', 'base64url').toString() || '{}') as Record<string, unknown>
  const { iss, iat } = of(claims)
  return of(head)['alg'] === 'HS256' && iss === SERVICE && Math.abs(Number(iat) - Date.now() / 1000) < 30 &&
    createHmac('sha256', SECRET).update(`${head}.${claims}`).digest('base64url') === signature
}

function answer(req: IncomingMessage, to: string): number {
  if (req.method !== 'POST' || req.url !== '/v2/notifications/email') return 404
  if (!signed(req)) return 403
  if (to === BAD_ADDRESS) return 400
  return FAULTS.shift() ?? 201
}

before(async () => {
  server = createServer((req, res) => {
    let text = ''
    req.on('data', (part: Buffer) => (text += part.toString()))
    req.on('end', () => {
      const body = JSON.parse(text || '{}') as Record<string, unknown>
      const to = String(body['email_address'])
      const status = answer(req, to)
      asked.push({ path: req.url!, to, body, status })
      const errors = [{ error: 'SomeError', message: 'As this test wants it' }]
      res.writeHead(status, { 'content-type': 'application/json' })
        .end(JSON.stringify(status === 201 ? { id: randomUUID() } : { status_code: status, errors }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  folder = mkdtempSync(join(tmpdir(), 'triaged-notify-'))
  writeFileSync(join(folder, 'key'), `outcome_nudge-${SERVICE}-${SECRET}\n`)
  council = await Council.start({ mail_again_seconds: 0.05,
    notify: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, template: TEMPLATE, api_key_file: join(folder, 'key') } },
  {}, 0, { 'jo.bright': { private_email: true }, 'di.moss': { email: 'di@rosewood.example', private_email: true } },
  (pack) => pack.replace('\nclocks:\n', '$&  told: {red: 0m, amber: 0m, green: 0m}\n'))
})
after(async () => {
  await council?.stop()
  server?.close()
  server?.closeAllConnections()
  rmSync(folder, { recursive: true, force: true })
})

/** What was taken about that thread, to whom. */
function taken(reference: string, to = ''): Asked[] {
  return asked.filter((a) => a.status === 201 && a.body['reference'] === reference && (to === '' || a.to === to))
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 300 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 50))
  assert.ok(holds(), JSON.stringify(asked))
}

test('an e-mail by Notify holds a reference and a link; what failed is tried again, and a bad address keeps nobody waiting', async () => {
  const first = await council.report('rosewood-house')
  await council.decide(first, false)
  await until(() => taken(first, 'jo@rosewood.example').length === 1)
  const jo = asked.filter((a) => a.to === 'jo@rosewood.example')
  assert.equal(jo.at(-1)!.status, 201)
  assert.deepEqual(asked.filter((a) => a.status >= 403).map((a) => a.status), [500, 429, 403])
  assert.deepEqual(jo.at(-1)!.body, { email_address: 'jo@rosewood.example', template_id: TEMPLATE, reference: first,
    personalisation: { reference: first, link: `${council.services.config.url}/concerns/${first}` } })
  await until(() => asked.filter((a) => a.to === BAD_ADDRESS).length === 10)
  const second = await council.report('rosewood-house')
  await council.decide(second, false)
  await until(() => taken(second).length >= 1)
})

test('news of a thread that colleagues do not see goes to its author and to whom the author named, and no further', async () => {
  const circles = new Circles(council.services)
  const alone = await council.report('rosewood-jo')
  await council.decide(alone, false)
  await until(() => taken(alone).length === 1)
  const named = await council.report('rosewood-jo')
  circles.name({ kind: 'thread', id: named, author: 'jo.bright' }, ['di.moss', 'sam.field', 'bo.birch'])
  await council.decide(named, false)
  await until(() => taken(named).length === 2)
  // Sam was named, but others read his mailbox.
  assert.deepEqual(asked.filter((a) => a.body['reference'] === named).map((a) => a.to).sort(), ['di@rosewood.example', 'jo@rosewood.example'])
  assert.deepEqual(taken(alone).map((a) => a.to), ['jo@rosewood.example'])
})

test('a second address is led to its list, where it sees which decision nobody opened and not a word of it', async () => {
  const reference = await council.report('rosewood-night', { 'source_of_risk.category': 'SOURCE_CATEGORY_FAMILY' })
  await council.decide(reference, false)
  await until(() => taken(reference).length > 0)
  const told = taken(reference)[0]!.body['personalisation'] as Record<string, string>
  assert.equal(told['link'], `${council.services.config.url}/concerns`)
  const browser = await launch()
  try {
    const jo = await Visitor.signedIn(browser, council, 'jo.bright')
    await jo.go(new URL(told['link']!).pathname)
    const text = await jo.text()
    assert.match(text, /A decision that nobody has read/)
    assert.ok(text.includes(reference))
    assert.doesNotMatch(text, /Fernsby|accident/)
  } finally {
    await browser.close()
  }
})

test('settings that cannot work are said so when the portal starts', () => {
  const broken = (text: string, words: RegExp): void => {
    const path = join(folder, 'portal.yaml')
    writeFileSync(path, `state_dir: state\naccounts_dir: accounts\n${text}`)
    assert.throws(() => loadConfig(path), words)
  }
  const id = `template: ${TEMPLATE}`
  broken(`notify: { ${id}, api_key_file: nowhere }`, /portal\.yaml: ENOENT.*nowhere/)
  broken(`notify: { ${id}, api_key_file: portal.yaml }`, /expected an API key of GOV\.UK Notify/)
  broken('notify: { template: welcome, api_key_file: key }', /notify\.template: expected the template’s id/)
  broken(`notify: { ${id}, api_key_file: key }\nsmtp: { host: h, from: f }`, /only one of them/)
})
