// How fast the portal is before a council with many open cases: a real daemon, a real portal, no browser.
//   node dist/test/speed.js pages [CASES] [TIMES] [WORDS]  each page (whose line has the words), one after the other
//   node dist/test/speed.js watchers [PEOPLE] [CONCERNS]   intake with a board watched, beside intake without
//   node dist/test/speed.js moves [TIMES]                  from a concern that is sent to a board that shows it
// Run it on a machine at rest, with a release build (TRIAGED_BIN).  Ends with 1 when a goal is missed.
import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { get, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { fromJson } from '@bufbuild/protobuf'
import { Kind, Status } from '../gen/triage/v1/common_pb.js'
import { SafeguardingConcernSchema } from '../gen/triage/v1/concern_pb.js'
import { bytesOf } from '../src/provider/concern.js'
import { Link } from '../src/wire/link.js'
import { loadProfile } from '../src/wire/profile.js'
import { Council, PASSWORD } from './council.js'
import { green, RED } from './work.js'

const PAGE_MS = 50
const RATIO_LEAST = 0.9
const MOVE_MS = 1000
const BATCH = 64
/** Messages on their way at once: enough that the daemon never waits for the sender. */
const WINDOW = 4
const ROUNDS = 3
const WARM_UP = 10
/** Of the cases, those that the home whose pages are opened has sent. */
const OWN = 200

// --- Concerns, by the thousand. ---

function concern(i: number): Uint8Array {
  const amber = { ...(green() as Record<string, object>), harm: { types: ['HARM_TYPE_NEGLECT'], actual: 'HARM_LEVEL_MODERATE', risked: 'HARM_LEVEL_SERIOUS',
    immediate_danger: 'ANSWER_NO' } }
  const red = { ...RED, adults: [{ ...RED.adults[0], name: `Ada Fernsby ${i}` }] }
  return bytesOf(fromJson(SafeguardingConcernSchema, (i % 10 === 0 ? red : i % 3 === 0 ? amber : green()) as never))
}

/** Receipts a second, for so many concerns sent as fast as they are taken. */
async function send(profile: string, many: number): Promise<{ rate: number; references: string[] }> {
  const link = new Link(loadProfile(profile))
  const references: string[] = []
  while (!link.isUp) await new Promise((resolve) => setTimeout(resolve, 10))
  const batches = Array.from({ length: Math.ceil(many / BATCH) }, (_, b) => Array.from({ length: Math.min(BATCH, many - b * BATCH) }, (__, i) =>
    ({ key: randomBytes(16), kind: Kind.SAFEGUARDING_CONCERN, concern: concern(b * BATCH + i) })))
  const began = process.hrtime.bigint()
  await Promise.all(Array.from({ length: WINDOW }, async () => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const reply = await link.fetch('submit', { case: 'submit', value: { submissions: batch } as never }, { timeoutMs: 60_000 })
      for (const r of reply.receipts) {
        if (r.status !== Status.OK) throw new Error(`a concern was not taken: ${Status[r.status]}`)
        references.push(r.adults[0]!.reference)
      }
    }
  }))
  const seconds = Number(process.hrtime.bigint() - began) / 1e9
  link.close()
  return { rate: many / seconds, references }
}

// --- A browser without a screen. ---

class Caller {
  private cookie = ''
  constructor(private readonly url: string) {}

  ask(path: string, form?: Record<string, string>): Promise<{ status: number; text: string; ms: number }> {
    const body = form ? new URLSearchParams(form).toString() : ''
    const began = process.hrtime.bigint()
    return new Promise((resolve, reject) => {
      const headers = { cookie: this.cookie, ...(form ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length } : {}) }
      request(this.url + path, { method: form ? 'POST' : 'GET', headers }, (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('end', () => {
          for (const c of res.headers['set-cookie'] ?? []) this.cookie = c.split(';')[0]!
          resolve({ status: res.statusCode!, text: Buffer.concat(chunks).toString(), ms: Number(process.hrtime.bigint() - began) / 1e6 })
        })
      }).on('error', reject).end(body)
    })
  }

  /** Fills in the page's form. */
  async post(path: string, form: Record<string, string>): Promise<number> {
    const { text } = await this.ask(path)
    const token = /name="_csrf" value="([^"]+)"/.exec(text)?.[1]
    if (!token) throw new Error(`${path} has no form`)
    return (await this.ask(path, { _csrf: token, ...form })).status
  }

  static async signedIn(url: string, name: string): Promise<Caller> {
    const caller = new Caller(url)
    await caller.post('/sign-in', { name, password: PASSWORD })
    return caller
  }

  get cookies(): string {
    return this.cookie
  }
}

// --- Pages. ---

interface Shown {
  who: string
  path: string
}

interface Measured {
  taken: number[]
  /** Milliseconds of processor that portal and caller took for one page: a busy machine lengthens the rest, not this. */
  worked: number
}

async function measure(caller: Caller, path: string, times: number): Promise<Measured> {
  const taken: number[] = []
  let before = process.cpuUsage()
  for (let i = 0; i < times + WARM_UP; i++) {
    const { status, ms } = await caller.ask(path)
    if (status !== 200) throw new Error(`${path} answered ${status}`)
    if (i >= WARM_UP) taken.push(ms)
    else before = process.cpuUsage()
  }
  const { user, system } = process.cpuUsage(before)
  return { taken: taken.sort((a, b) => a - b), worked: (user + system) / 1000 / times }
}

const share = (sorted: readonly number[], of: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))]!

async function pages(cases: number, times: number, only: string): Promise<boolean> {
  const council = await begin()
  try {
    await send(council.profile('brightwater-homecare'), cases - OWN)
    const { references } = await send(council.profile('rosewood-house'), OWN)
    const [one] = references.slice(-1)
    const staff = await Caller.signedIn(council.url, 'nell.marsh')
    await staff.post(`/case/${one}`, { why: 'To decide whether to take it' })
    const callers: Record<string, Caller> = { nobody: new Caller(council.url), staff, manager: await Caller.signedIn(council.url, 'cara.heron'),
      provider: await Caller.signedIn(council.url, 'jo.bright') }
    const list: Shown[] = [
      ...['/', '/sign-in', '/report'].map((path) => ({ who: 'nobody', path })),
      ...['/board/mash', '/board/mash?colour=3', '/board/mash?only=free&colour=1', `/case/${one}`, '/find', '/call'].map((path) => ({ who: 'staff', path })),
      ...['/manager', '/manager/timeliness', '/manager/timeliness?by=worker', '/manager/quality', '/manager/quality?by=provider', '/manager/quality?by=rule',
        '/manager/delegated', '/manager/notices', '/manager/policy', '/board/mash'].map((path) => ({ who: 'manager', path })),
      ...['/concerns', `/concerns/${one}`, '/organisation'].map((path) => ({ who: 'provider', path })),
    ]
    await whole(callers['staff']!, '/board/mash')
    let fine = true
    console.log(`${cases} open cases, ${OWN} of them one home's; each page ${times} times\n${'page'.padEnd(44)}${'p50 ms'.padStart(9)}${'p95 ms'.padStart(9)}${'cpu ms'.padStart(9)}`)
    for (const { who, path } of list.filter((one) => `${one.who} ${one.path}`.includes(only))) {
      const { taken, worked } = await measure(callers[who]!, path, times)
      const [half, most] = [share(taken, 0.5), share(taken, 0.95)]
      fine &&= most <= PAGE_MS
      console.log(`${`${who} ${path.replace(one!, 'REF')}`.padEnd(44)}${half.toFixed(1).padStart(9)}${most.toFixed(1).padStart(9)}${worked.toFixed(1).padStart(9)}${most > PAGE_MS ? '  over' : ''}`)
    }
    return fine
  } finally {
    await council.stop()
  }
}

/** Until the board has been told whole. */
async function whole(caller: Caller, path: string): Promise<void> {
  for (let i = 0; i < 600; i++) {
    const { text } = await caller.ask(path)
    if (!text.includes('has not told all of this board yet')) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the board was never told whole')
}

// --- Watchers. ---

/** Opens so many event streams and counts what they hear; the parent ends it. */
function watch(url: string, cookie: string, people: number): void {
  let open = 0, heard = 0
  for (let i = 0; i < people; i++)
    get(url, { headers: { cookie }, agent: false }, (res) => {
      if (res.statusCode !== 200) throw new Error(`a board answered ${res.statusCode}`)
      if (++open === people) process.send!('watching')
      res.on('data', (chunk: Buffer) => void (heard += chunk.toString().split('event: ').length - 1))
    })
  process.on('message', () => process.send!({ heard }))
}

function child(...args: string[]): ChildProcess {
  return fork(fileURLToPath(import.meta.url), args, { execArgv: [] })
}
function answer<T>(process: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    process.once('message', (m) => resolve(m as T))
    process.once('exit', (code) => reject(new Error(`a helper ended with ${code}`)))
  })
}

async function rate(council: Council, concerns: number): Promise<number> {
  const sender = child('send', council.profile('rosewood-house'), String(concerns))
  const got = await answer<number>(sender)
  sender.kill()
  return got
}

async function watchers(people: number, concerns: number): Promise<boolean> {
  const council = await begin()
  try {
    const alone: number[] = [], watched: number[] = []
    await rate(council, concerns) // Pages of the ledger and of memory are touched once.
    for (let round = 0; round < ROUNDS; round++) {
      await council.stopPortal()
      await council.startPortal() // No board was asked for: nobody watches.
      alone.push(await rate(council, concerns))
      const caller = await Caller.signedIn(council.url, 'nell.marsh')
      await whole(caller, '/board/mash')
      const crowd = child('watch', `${council.url}/board/mash/events`, caller.cookies, String(people))
      await answer(crowd)
      watched.push(await rate(council, concerns))
      crowd.send('how many?')
      const { heard } = await answer<{ heard: number }>(crowd)
      crowd.kill()
      console.log(`round ${round + 1}: ${alone.at(-1)!.toFixed(0)} concerns/s unwatched, ${watched.at(-1)!.toFixed(0)} with ${people} watching, who heard ${heard} events`)
      if (heard === 0) throw new Error('nobody heard anything')
    }
    const middle = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]!
    const ratio = middle(watched) / middle(alone)
    console.log(`watched / unwatched: ${ratio.toFixed(2)} (the goal is ${RATIO_LEAST} or more)`)
    return ratio >= RATIO_LEAST
  } finally {
    await council.stop()
  }
}

// --- A board that moves. ---

/** From before a concern is sent, its handshake and receipt within, to the event that tells a watching page of it. */
async function moves(times: number): Promise<boolean> {
  const council = await begin()
  try {
    const caller = await Caller.signedIn(council.url, 'nell.marsh')
    await whole(caller, '/board/mash')
    let heard: (at: bigint) => void = () => {}
    await new Promise<void>((resolve, reject) => {
      get(`${council.url}/board/mash/events`, { headers: { cookie: caller.cookies }, agent: false }, (res) => {
        res.on('data', (chunk: Buffer) => { if (/event: (?!stale)/.test(chunk.toString())) heard(process.hrtime.bigint()) })
        resolve()
      }).on('error', reject)
    })
    const taken: number[] = []
    for (let i = 0; i < times; i++) {
      const told = new Promise<bigint>((resolve) => { heard = resolve })
      const began = process.hrtime.bigint()
      await send(council.profile('rosewood-house'), 2) // a red, which goes elsewhere by night, and a green
      taken.push(Number(await told - began) / 1e6)
    }
    taken.sort((a, b) => a - b)
    const most = taken.at(-1)!
    console.log(`sent to shown: p50 ${share(taken, 0.5).toFixed(0)} ms, p95 ${share(taken, 0.95).toFixed(0)}, longest ${most.toFixed(0)} of ${times} (the goal is ${MOVE_MS} or less)`)
    return most <= MOVE_MS
  } finally {
    await council.stop()
  }
}

function begin(): Promise<Council> {
  return Council.start({}, { quota_per_minute: 10_000_000, quota_burst: 10_000_000 })
}

const [what, ...args] = process.argv.slice(2)
if (what === 'send') process.send!((await send(args[0]!, Number(args[1]))).rate)
else if (what === 'watch') watch(args[0]!, args[1]!, Number(args[2]))
else if (what === 'pages') process.exitCode = (await pages(Number(args[0] ?? 10_000), Number(args[1] ?? 100), args[2] ?? '')) ? 0 : 1
else if (what === 'watchers') process.exitCode = (await watchers(Number(args[0] ?? 200), Number(args[1] ?? 4_000))) ? 0 : 1
else if (what === 'moves') process.exitCode = (await moves(Number(args[0] ?? 100))) ? 0 : 1
else {
  console.error('usage: node dist/test/speed.js pages [CASES] [TIMES] [WORDS] | watchers [PEOPLE] [CONCERNS] | moves [TIMES]')
  process.exitCode = 2
}
