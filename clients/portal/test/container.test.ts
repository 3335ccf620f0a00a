// What deploy/portal.Containerfile puts in its image is enough to start, as nobody in particular, and ends when told to.
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { stringify } from 'yaml'
import { curveKeyPair } from 'zeromq'
import { loadConfig } from '../src/app/config.js'
import { ROOT } from '../src/app/views.js'
import { freePort } from './council.js'

const REPOSITORY = join(ROOT, '../..')
const FILE = readFileSync(join(REPOSITORY, 'deploy/portal.Containerfile'), 'utf8')
const LAST_STAGE = FILE.slice(FILE.lastIndexOf('FROM '))
const isRoot = process.getuid?.() === 0

let image: string

before(() => {
  image = mkdtempSync(join(tmpdir(), 'triaged-image-'))
  chmodSync(image, 0o755)
  const copied = [...LAST_STAGE.matchAll(/^COPY --from=build \/src\/(\S+) \/(\S+)$/gm)]
  assert.ok(copied.length > 0)
  for (const [, from, to] of copied) cpSync(join(REPOSITORY, from!), join(image, to!), { recursive: true })
  execFileSync('npm', ['prune', '--omit=dev', '--ignore-scripts', '--offline', '--no-audit', '--no-fund'],
    { cwd: join(image, 'usr/lib/triaged-portal'), stdio: 'pipe' })
  for (const folder of ['etc', 'accounts', 'state']) mkdirSync(join(image, folder))
  if (isRoot) chownSync(join(image, 'state'), 10_001, 10_001)
  writeFileSync(join(image, 'etc/portal.yaml'), 'state_dir: nowhere\naccounts_dir: ../accounts\npublic_profile: public.yaml\n')
  const keys = curveKeyPair()
  writeFileSync(join(image, 'etc/public.yaml'), stringify({ endpoint: 'tcp://127.0.0.1:1', server_key: curveKeyPair().publicKey,
    public_key: keys.publicKey, secret_key: keys.secretKey }), { mode: 0o600 })
  if (isRoot) chownSync(join(image, 'etc/public.yaml'), 10_001, 10_001)
})
after(() => rmSync(image, { recursive: true, force: true }))

function begin(environment: Record<string, string>): ChildProcess {
  const [program, ...args] = JSON.parse(/^CMD (.*)$/m.exec(LAST_STAGE)![1]!) as string[]
  return spawn(program!, args.map((a) => (a.startsWith('/') ? join(image, a) : a)), {
    env: { PATH: process.env['PATH'], TRIAGED_PORTAL_CONFIG: join(image, 'etc/portal.yaml'), ...environment }, stdio: 'pipe',
    ...(isRoot ? { uid: 10_001, gid: 10_001 } : {}),
  })
}

test('the files of the image are enough; state goes to its volume; /healthz serves, /readyz says the council is away; SIGTERM ends it', async () => {
  const port = await freePort()
  const portal = begin({ TRIAGED_PORTAL_LISTEN: `127.0.0.1:${port}`, TRIAGED_PORTAL_STATE_DIR: join(image, 'state') })
  const ended = new Promise((resolve) => portal.once('exit', resolve))
  let said = ''
  portal.stderr!.on('data', (part: Buffer) => (said += part.toString()))
  const get = (path: string): Promise<number> => fetch(`http://127.0.0.1:${port}${path}`).then((r) => r.status, () => 0)
  for (let i = 0; i < 200 && (await get('/healthz')) !== 200 && portal.exitCode === null; i++) await new Promise((r) => setTimeout(r, 50))
  assert.equal(await get('/healthz'), 200, said)
  assert.equal(await get('/readyz'), 503)
  assert.equal(await get('/accessibility'), 200)
  assert.equal(statSync(join(image, 'state/secret')).mode & 0o777, 0o600)
  portal.kill('SIGTERM')
  assert.equal(await ended, 0, said)
})

test('the environment comes before the file, and a name that is no setting is refused', () => {
  const path = join(image, 'etc/portal.yaml')
  const config = loadConfig(path, { TRIAGED_PORTAL_URL: 'https://safeguarding.example/', TRIAGED_PORTAL_MAIL_AGAIN_SECONDS: '5' })
  assert.equal(config.url, 'https://safeguarding.example')
  assert.equal(config.mailAgainSeconds, 5)
  assert.throws(() => loadConfig(path, { TRIAGED_PORTAL_LISTENS: '127.0.0.1:1' }), /listens: no such setting/)
  assert.throws(() => loadConfig(path, { TRIAGED_PORTAL_LISTEN: '0.0.0.0:1', TRIAGED_PORTAL_ONE_TIME_CODES: 'false' }), /loopback/)
})
