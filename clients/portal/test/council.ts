// A made-up council and its portal for the tests: a real daemon on loopback with enrolled principals, a real
// portal before it, all in a temporary folder that goes at the end.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createServer as createTcp, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { curveKeyPair } from 'zeromq'
import { stringify } from 'yaml'
import { hashPassword } from '../src/app/accounts.js'
import { portal } from '../src/app/app.js'
import { loadConfig } from '../src/app/config.js'
import { Services } from '../src/app/services.js'
import { ROOT } from '../src/app/views.js'
import { Answer } from '../gen/triage/v1/common_pb.js'
import { bytesOf, concernOf } from '../src/provider/concern.js'
import { PAGES } from '../src/provider/questions.js'

const REPOSITORY = join(ROOT, '../..')
const BIN = process.env['TRIAGED_BIN'] ?? join(REPOSITORY, 'build/release/bin')
const PACK = join(REPOSITORY, 'deploy/policy/default')
const READY_MS = 60_000

export const PASSWORD = 'correct horse battery'

/** Everybody's password is PASSWORD. */
const PEOPLE: Record<string, Record<string, unknown>> = {
  'jo.bright': { name: 'Jo Bright', job: 'Senior carer', telephone: '01632 960001', email: 'jo@rosewood.example',
    organisation: 'rosewood-house', own_profile: '../profiles/rosewood-jo.yaml' },
  'sam.field': { name: 'Sam Field', job: 'Deputy manager', email: 'sam@rosewood.example', organisation: 'rosewood-house' },
  'di.moss': { name: 'Di Moss', job: 'Night carer', email: '', organisation: 'rosewood-house' },
  'nell.marsh': { name: 'Nell Marsh', worker: 'w-marsh', teams: ['mash'] },
  'ivo.reed': { name: 'Ivo Reed', worker: 'w-reed', teams: ['mash'] },
  'cara.heron': { name: 'Cara Heron', worker: 'm-heron', teams: ['mash'], manager: true },
  'mo.vale': { name: 'Mo Vale', worker: 'm-vale', teams: ['mash'], manager: true },
  'lee.alder': { name: 'Lee Alder', worker: 'm-alder', teams: ['community_east'], manager: true },
  'bo.birch': { name: 'Bo Birch', worker: 'w-birch', teams: ['community_east'] },
}
const WORKERS: Record<string, [grade: string, teams: string[]]> = {
  'w-marsh': ['mash_worker', ['mash']], 'w-reed': ['mash_worker', ['mash']], 'm-heron': ['mash_manager', ['mash']], 'm-vale': ['mash_manager', ['mash']],
  'm-alder': ['community_manager', ['community_east']], 'w-birch': ['community_worker', ['community_east']],
}
const PRINCIPALS: Record<string, { role: string; more: object; door: 'intake' | 'desk' }> = {
  'rosewood-house': { role: 'provider', more: { name: 'Rosewood House', locations: ['1-999000001'] }, door: 'intake' },
  'rosewood-jo': { role: 'provider', more: { name: 'Jo Bright', locations: ['1-999000001'] }, door: 'intake' },
  'rosewood-night': { role: 'provider', more: { locations: ['1-999000001'], second_address: 'rosewood-house' }, door: 'intake' },
  'brightwater-homecare': { role: 'provider', more: { locations: ['1-999000002'] }, door: 'intake' },
  'public-portal': { role: 'portal', more: {}, door: 'intake' },
  'telephone': { role: 'portal', more: {}, door: 'intake' },
  'portal-desk': { role: 'portal', more: { teams: ['mash', 'community_east', 'out_of_hours'] }, door: 'desk' },
}

function nameOf(worker: string): string {
  return String(Object.values(PEOPLE).find((p) => p['worker'] === worker)!['name'])
}

/** Below the ports that the kernel gives to connections, so that none takes it before the daemon binds. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + (randomBytes(2).readUInt16BE() % 12_000)
    const free = await new Promise<boolean>((resolve) => {
      const probe = createTcp()
      probe.once('error', () => resolve(false))
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
    })
    if (free) return port
  }
}

export class Council {
  readonly folder = mkdtempSync(join(tmpdir(), 'triaged-portal-'))
  url = ''
  services!: Services
  private daemon: ChildProcess | null = null
  private server: Server | null = null
  private endpoints = { intake: '', desk: '' }
  private opsPort = 0

  /** Starts everything; `settings` are added to portal.yaml, `daemon` to triaged.yaml, `rules` changes pack.yaml. */
  static async start(settings: object = {}, daemon: object = {}, port = 0, people: Record<string, object> = {},
    rules = (pack: string): string => pack): Promise<Council> {
    const c = new Council()
    try {
      await c.make(daemon, rules)
      await c.startDaemon()
      await c.configure(settings, people)
      await c.startPortal(port)
    } catch (e) {
      await c.stop()
      throw e
    }
    return c
  }

  private at(...parts: string[]): string {
    return join(this.folder, ...parts)
  }

  private yaml(path: string, value: object): void {
    // Flow style: what triaged reads is a subset of YAML, and JSON's quotes are within it.
    const text = Object.entries(value).map(([k, v]) => `${k}: ${JSON.stringify(v)}\n`).join('')
    writeFileSync(path, text, { mode: 0o600 })
  }

  private async make(settings: object, rules: (pack: string) => string): Promise<void> {
    execFileSync(join(BIN, 'triaged'), ['--init', this.at('area'), '--set', 'area=testshire'], { stdio: 'pipe' })
    cpSync(PACK, this.at('area/policy'), { recursive: true, force: true })
    // This council's MASH works day and night, or what a test sees would hang on the hour.
    const routing = this.at('area/policy/routing.dmn')
    writeFileSync(routing, readFileSync(routing, 'utf8').replace('<text>"out_of_hours"</text>', '<text>"mash"</text>'))
    const pack = this.at('area/policy/pack.yaml')
    writeFileSync(pack, rules(readFileSync(pack, 'utf8')))
    const [intake, desk, ops] = [await freePort(), await freePort(), await freePort()]
    this.endpoints = { intake: `tcp://127.0.0.1:${intake}`, desk: `tcp://127.0.0.1:${desk}` }
    this.opsPort = ops
    this.yaml(this.at('area/triaged.yaml'), {
      area: 'testshire', intake_endpoint: this.endpoints.intake, desk_endpoint: this.endpoints.desk, ops_port: ops,
      low_water_bytes: 0, ballast_bytes: 0, core_dumps: process.env['TRIAGED_SANITIZED'] ? 1 : 0, ...settings,
    })
    mkdirSync(this.at('profiles'))
    mkdirSync(this.at('area/principals'), { recursive: true })
    mkdirSync(this.at('area/workers'), { recursive: true })
    for (const [id, p] of Object.entries(PRINCIPALS)) this.enrol(id, p.role, p.door, p.more)
    for (const [id, [grade, teams]] of Object.entries(WORKERS))
      this.yaml(this.at(`area/workers/${id}.yaml`), { id, name: nameOf(id), grade, teams, status: 'active' })
  }

  private enrol(id: string, role: string, door: 'intake' | 'desk', more: object): void {
    const keys = curveKeyPair()
    this.yaml(this.at(`area/principals/${id}.yaml`),
      { id, role, public_key: keys.publicKey, status: 'active', ...more })
    this.yaml(this.at(`profiles/${id}.yaml`), {
      endpoint: this.endpoints[door], server_key: readFileSync(this.at('area/keys/server.pub'), 'utf8').trim(),
      public_key: keys.publicKey, secret_key: keys.secretKey,
    })
  }

  private async configure(settings: object, more: Record<string, object>): Promise<void> {
    mkdirSync(this.at('accounts'))
    const password = await hashPassword(PASSWORD)
    for (const [id, person] of Object.entries(PEOPLE))
      writeFileSync(this.at(`accounts/${id}.yaml`), 
        stringify({ status: 'active', password, email: `${id}@council.example`, ...person, ...more[id] }))
    writeFileSync(this.at('portal.yaml'), stringify({
      listen: '127.0.0.1:0', state_dir: 'state', accounts_dir: 'accounts', one_time_codes: false,
      desk_profile: 'profiles/portal-desk.yaml', public_profile: 'profiles/public-portal.yaml',
      telephone_profile: 'profiles/telephone.yaml', policy: { command: join(BIN, 'triage'), first: 'area/policy', packs: 'area/packs' },
      organisations: {
        'rosewood-house': { name: 'Rosewood House', location: '1-999000001', profile: 'profiles/rosewood-house.yaml' },
        'brightwater-homecare': { name: 'Brightwater Homecare', location: '1-999000002',
          profile: 'profiles/brightwater-homecare.yaml' },
      },
      ...settings,
    }))
  }

  async startDaemon(): Promise<void> {
    const log = openSync(this.at('triaged.log'), 'a')
    this.daemon = spawn(join(BIN, 'triaged'), ['--config', this.at('area/triaged.yaml')], { stdio: ['ignore', log, log] })
    for (const until = Date.now() + READY_MS; Date.now() < until; ) {
      if (this.daemon.exitCode !== null) break
      const ready = await fetch(`http://127.0.0.1:${this.opsPort}/readyz`).then((r) => r.ok, () => false)
      if (ready) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`triaged was not ready:\n${this.log()}`)
  }

  /** SIGTERM, and until it has ended. */
  async stopDaemon(): Promise<void> {
    const daemon = this.daemon
    this.daemon = null
    if (!daemon || daemon.exitCode !== null) return
    const ended = new Promise((resolve) => daemon.once('exit', resolve))
    daemon.kill('SIGTERM')
    await ended
  }

  async startPortal(port = 0): Promise<void> {
    this.services = new Services(loadConfig(this.at('portal.yaml')))
    this.services.open()
    const server = createServer(portal(this.services))
    this.server = server
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  async stopPortal(): Promise<void> {
    const server = this.server
    this.server = null
    if (!server) return
    const ended = new Promise((resolve) => server.close(resolve))
    server.closeAllConnections()
    await ended
    this.services.close()
  }

  /** Another pack, installed beside the one in force: that one with its files changed. */
  install(name: string, change: (file: string, text: string) => string): void {
    const folder = this.at('area/packs', name)
    cpSync(this.at('area/policy'), folder, { recursive: true })
    for (const file of ['pack.yaml', 'rating.dmn'])
      writeFileSync(join(folder, file), change(file, readFileSync(join(folder, file), 'utf8')))
  }

  /** A worker's command on a case as it is now, over the wire. */
  async act(worker: string, reference: string, name: string, value: object, token = 0n): Promise<void> {
    const desk = this.services.desk()
    const { version } = await desk.fetch('actions', { case: 'actions', value: { reference } as never }, { worker })
    await desk.command({ case: name, value: { hold: { reference, expectedVersion: version, token }, ...value } } as never, { worker })
  }

  profile(id: string): string {
    return this.at(`profiles/${id}.yaml`)
  }

  /** A concern sent under a profile's key; returns its reference. */
  async report(profile: string, more: Record<string, unknown> = {}): Promise<string> {
    const answers = { subject: 'SUBJECT_NAMED', adult_name: 'Ada Fernsby', happened: 'She fell by her chair.', danger: 'ANSWER_NO' }
    const concern = bytesOf(concernOf(PAGES, answers, { 'referrer.management_may_be_involved': 'ANSWER_NO', ...more }))
    const id = this.services.outbox.put(this.profile(profile), concern, Answer.NO)
    const fate = await this.services.outbox.fate(id, READY_MS)
    if (fate.state !== 'received') throw new Error(`not received: ${fate.state}`)
    return fate.receipt.adults[0]!.reference
  }

  /** Taken by Nell Marsh of the MASH; the token of her lease. */
  async take(reference: string): Promise<bigint> {
    const claims = await this.services.desk().fetch('claim', { case: 'claim', value: {
      team: 'mash', next: 0, cases: [{ reference, expectedVersion: 0 }] } as never }, { worker: 'w-marsh', commandId: randomBytes(16) })
    const { token, status } = claims.claimed[0]!
    if (token === 0n) throw new Error(`not claimed: ${status}`)
    return token
  }

  /** Taken and decided by the MASH: by two people where it takes two. */
  async decide(reference: string, met: boolean): Promise<void> {
    const token = await this.take(reference)
    await this.act('w-marsh', reference, 'decide', {
      outcome: met ? 1 : 2, notMetReason: met ? 0 : 2,
      questions: {
        careAndSupportNeeds: 1, careAndSupportNeedsBecause: 'Needs help to wash and dress.',
        abuseOrRisk: met ? 1 : 2, abuseOrRiskBecause: 'As seen and recorded.',
        unableToProtectSelf: 1, unableToProtectSelfBecause: 'Depends on staff.',
      },
      reason: 'As recorded.', tell: met ? 'We will look into it.' : 'This was an accident, and you did what you should.',
      safety: 'Seen today and safe.', wishes: 'Wants to stay.', hasCapacity: 1, signpost: 'Your falls team can advise.',
    }, token)
    if (met) return
    await this.act('m-heron', reference, 'second', { agree: true, reason: 'Read, and agreed.' }).catch((e: unknown) => {
      if (!String(e).includes('Nothing here waits')) throw e // A green one takes one person.
    })
  }

  log(): string {
    return readFileSync(this.at('triaged.log'), 'utf8').slice(-4_000)
  }

  async stop(): Promise<void> {
    await this.stopPortal()
    await this.stopDaemon()
    if (process.env['TRIAGED_KEEP'] === undefined) rmSync(this.folder, { recursive: true, force: true })
  }
}
