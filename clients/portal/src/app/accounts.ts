// Who may sign in.  An account is a file NAME.yaml that `account.js` writes; it says which keys the person
// speaks through, never what they may do: that the council's registry says of the key and of the worker.
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { parse } from 'yaml'
import type { Vault } from './vault.js'

export interface Account {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly status: 'active' | 'closed'
  /** Of a provider: its organisation in portal.yaml, and a profile of the person's own for threads
   *  that colleagues must not see. */
  readonly organisation: string
  readonly job: string
  readonly telephone: string
  readonly ownProfile: string
  /** Nobody else reads that address: it may hear of those threads, too. */
  readonly privateEmail: boolean
  /** Of council staff: their name in the council's registry of workers, and the boards they see. */
  readonly worker: string
  readonly teams: readonly string[]
  readonly manager: boolean
  /** Of the built-in sign-in; empty: none, as for staff who sign in at the council. */
  readonly password: string
  readonly codeSecret: string
}

const LOG2_COST = 15
const WRONG_MAX = 10
const LOCK_MS = 15 * 60_000
const STEP_S = 30

function derive(password: string, salt: Buffer, log2Cost: number): Promise<Buffer> {
  const options = { N: 2 ** log2Cost, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }
  return new Promise((done, failed) =>
    scrypt(password.normalize('NFKC'), salt, 32, options, (e, key) => (e ? failed(e) : done(key))))
}

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  return `scrypt:${LOG2_COST}:${salt.toString('hex')}:${(await derive(password, salt, LOG2_COST)).toString('hex')}`
}

async function passwordIs(stored: string, given: string): Promise<boolean> {
  const [kind, cost, salt, hash] = stored.split(':')
  const known = kind === 'scrypt' && salt && hash
  // As long for an account that is not there as for a wrong password.
  const key = await derive(given, Buffer.from(known ? salt : '00', 'hex'), known ? Number(cost) : LOG2_COST)
  return Boolean(known) && timingSafeEqual(key, Buffer.from(hash!, 'hex'))
}

export function totp(secret: string): TOTP {
  return new TOTP({ secret: Secret.fromBase32(secret), digits: 6, period: STEP_S, issuer: 'Safeguarding portal' })
}

function account(id: string, raw: Record<string, unknown>, folder: string): Account {
  const text = (name: string): string => (typeof raw[name] === 'string' ? (raw[name] as string) : '')
  const own = text('own_profile')
  return {
    id, name: text('name') || id, email: text('email'), status: raw['status'] === 'active' ? 'active' : 'closed',
    organisation: text('organisation'), job: text('job'), telephone: text('telephone'),
    ownProfile: own && resolve(folder, own), privateEmail: raw['private_email'] === true, worker: text('worker'),
    teams: Array.isArray(raw['teams']) ? raw['teams'].map(String) : [], manager: raw['manager'] === true,
    password: text('password'), codeSecret: text('code_secret'),
  }
}

export class Accounts {
  private readonly read = new Map<string, { mtimeMs: number; account: Account }>()
  private readonly wrong = new Map<string, { count: number; until: number }>()

  constructor(private readonly folder: string, private readonly vault: Vault) {}

  /** Null when there is none or it is closed: a closed account's session ends with its next request. */
  get(id: string): Account | null {
    if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(id)) return null
    const path = join(this.folder, `${id}.yaml`)
    try {
      const { mtimeMs } = statSync(path)
      let known = this.read.get(id)
      if (!known || known.mtimeMs !== mtimeMs) {
        known = { mtimeMs, account: account(id, parse(readFileSync(path, 'utf8')) as never, this.folder) }
        this.read.set(id, known)
      }
      return known.account.status === 'active' ? known.account : null
    } catch {
      return null
    }
  }

  all(): Account[] {
    return readdirSync(this.folder).filter((f) => f.endsWith('.yaml'))
      .map((f) => this.get(f.slice(0, -5))).filter((a): a is Account => a !== null)
  }

  byEmail(email: string): Account | null {
    const wanted = email.trim().toLowerCase()
    return this.all().find((a) => a.email.toLowerCase() === wanted) ?? null
  }

  /** By name or e-mail.  Ten wrong passwords or codes close an account's door for a quarter of an hour. */
  async signIn(named: string, password: string): Promise<Account | null> {
    const account = this.get(named.trim().toLowerCase()) ?? this.byEmail(named)
    const right = await passwordIs(account?.password ?? '', password)
    if (!account || this.locked(account.id)) return null
    return this.judge(account.id, right) ? account : null
  }

  /** A code counts once. */
  codeIs(account: Account, code: string): boolean {
    if (this.locked(account.id) || account.codeSecret === '') return false
    const delta = totp(account.codeSecret).validate({ token: code.replace(/\s/g, ''), window: 1 })
    const step = Math.floor(Date.now() / 1000 / STEP_S) + (delta ?? 0)
    const used = this.vault.read<{ step: number }>('codes', account.id)?.step ?? 0
    const right = delta !== null && step > used
    if (right) this.vault.write('codes', account.id, { step })
    return this.judge(account.id, right)
  }

  private locked(id: string): boolean {
    return (this.wrong.get(id)?.until ?? 0) > Date.now()
  }

  private judge(id: string, right: boolean): boolean {
    if (right) this.wrong.delete(id)
    else {
      const count = (this.wrong.get(id)?.count ?? 0) + 1
      this.wrong.set(id, { count, until: count >= WRONG_MAX ? Date.now() + LOCK_MS : 0 })
    }
    return right
  }
}
