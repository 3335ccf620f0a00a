// portal.yaml: everything that is particular to one council's portal.  Paths are relative to the file.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseDocument } from 'yaml'

export interface Organisation {
  readonly id: string
  readonly name: string
  /** CQC location or ODS code that its key is enrolled for. */
  readonly location: string
  readonly profile: string
}

export interface Config {
  readonly path: string
  readonly host: string
  readonly port: number
  /** As browsers write it; https makes cookies secure. */
  readonly url: string
  /** Proxies whose X-Forwarded-* is believed: Express's "loopback", or addresses and subnets with commas between. */
  readonly trustedProxies: string
  readonly stateDir: string
  readonly accountsDir: string
  /** Profile of the portal's own key at the desk's port, role portal; empty: providers alone. */
  readonly deskProfile: string
  /** Profile that public concerns are sent under; empty: no /report. */
  readonly publicProfile: string
  /** Profile that concerns told by telephone are sent under, role portal at the intake's port; empty: no /call. */
  readonly telephoneProfile: string
  /** Page that `triage policy show --html` wrote of the pack in force; empty: managers see its name alone. */
  readonly policyPage: string
  /** The council's packs as files, and the command that reads them; null: managers see `policyPage`. */
  readonly policy: { command: string; first: string; packs: string } | null
  readonly organisations: ReadonlyMap<string, Organisation>
  /** False only on loopback, to try things out. */
  readonly oneTimeCodes: boolean
  readonly smtp: { host: string; port: number; from: string; secure: boolean } | null
  /** GOV.UK Notify instead of a mail server: its template holds ((reference)) and ((link)). */
  readonly notify: { url: string; template: string; apiKey: string } | null
  /** Between two tries of an e-mail that was not taken. */
  readonly mailAgainSeconds: number
  readonly oidc: { issuer: string; clientId: string; clientSecret: string } | null
}

export class ConfigError extends Error {}

type Raw = Record<string, unknown>

/** A setting by the environment: TRIAGED_PORTAL_URL is `url`, and comes before the file. */
const BY_ENVIRONMENT = /^TRIAGED_PORTAL_([A-Z_]+)$/

function fromEnvironment(environment: NodeJS.ProcessEnv): Raw {
  return Object.fromEntries(Object.entries(environment).flatMap(([name, text]) => {
    const setting = BY_ENVIRONMENT.exec(name)?.[1]?.toLowerCase()
    if (setting === undefined || setting === 'config' || text === undefined) return []
    return [[setting, /^(?:true|false|\d+(?:\.\d+)?)$/.test(text) ? (JSON.parse(text) as unknown) : text]]
  }))
}

class Section {
  private readonly seen = new Set<string>()
  constructor(private readonly raw: Raw, private readonly where: string) {}

  text(name: string, otherwise?: string): string {
    this.seen.add(name)
    const value = this.raw[name] ?? otherwise
    if (typeof value !== 'string') throw new ConfigError(`${this.where}${name}: expected text`)
    return value
  }
  number(name: string, otherwise?: number): number {
    this.seen.add(name)
    const value = this.raw[name] ?? otherwise
    if (typeof value !== 'number') throw new ConfigError(`${this.where}${name}: expected a number`)
    return value
  }
  flag(name: string, otherwise: boolean): boolean {
    this.seen.add(name)
    const value = this.raw[name] ?? otherwise
    if (typeof value !== 'boolean') throw new ConfigError(`${this.where}${name}: expected true or false`)
    return value
  }
  section(name: string): Section | null {
    this.seen.add(name)
    const value = this.raw[name]
    if (value === undefined || value === null) return null
    if (typeof value !== 'object' || Array.isArray(value))
      throw new ConfigError(`${this.where}${name}: expected settings below it`)
    return new Section(value as Raw, `${this.where}${name}.`)
  }
  names(): string[] {
    return Object.keys(this.raw)
  }
  end(): void {
    const unknown = this.names().find((name) => !this.seen.has(name))
    if (unknown) throw new ConfigError(`${this.where}${unknown}: no such setting`)
  }
}

function parse(path: string): Raw {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (e) {
    throw new ConfigError(`${path}: ${(e as Error).message}`)
  }
  const document = parseDocument(text)
  const error = document.errors[0]
  if (error) throw new ConfigError(`${path}: ${error.message.split('\n')[0]}`)
  const value: unknown = document.toJS()
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new ConfigError(`${path}: expected settings, name: value`)
  return value as Raw
}

function organisations(all: Section | null, at: (path: string) => string): Map<string, Organisation> {
  const found = new Map<string, Organisation>()
  for (const id of all?.names() ?? []) {
    const one = all!.section(id)
    if (!one) throw new ConfigError(`organisations.${id}: expected name, location and profile`)
    found.set(id, { id, name: one.text('name'), location: one.text('location', ''), profile: at(one.text('profile')) })
    one.end()
  }
  return found
}

function smtp(s: Section | null): Config['smtp'] {
  if (!s) return null
  const out = { host: s.text('host'), port: s.number('port', 25), from: s.text('from'), secure: s.flag('secure', false) }
  s.end()
  return out
}

function policy(s: Section | null, at: (path: string) => string): Config['policy'] {
  if (!s) return null
  const command = s.text('command', 'triage')
  const out = { command: command.includes('/') ? at(command) : command, first: at(s.text('first')), packs: at(s.text('packs')) }
  s.end()
  return out
}

/** Its last 73 characters are the service's id and the secret, both UUIDs. */
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const API_KEY = new RegExp(`^.+-${UUID}-${UUID}$`, 'i')
const NOTIFY_URL = 'https://api.notifications.service.gov.uk'

function notify(s: Section | null, where: string, at: (path: string) => string): Config['notify'] {
  if (!s) return null
  const file = at(s.text('api_key_file'))
  const out = { url: s.text('url', NOTIFY_URL).replace(/\/$/, ''), template: s.text('template'), apiKey: secret(file, where) }
  if (!API_KEY.test(out.apiKey)) throw new ConfigError(`${file}: expected an API key of GOV.UK Notify`)
  if (!new RegExp(`^${UUID}$`, 'i').test(out.template))
    throw new ConfigError(`${where}notify.template: expected the template’s id`)
  s.end()
  return out
}

function secret(path: string, where: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (e) {
    throw new ConfigError(`${where}${(e as Error).message}`)
  }
}

function oidc(s: Section | null, where: string, at: (path: string) => string): Config['oidc'] {
  if (!s) return null
  const clientSecret = secret(at(s.text('client_secret_file')), where)
  const out = { issuer: s.text('issuer'), clientId: s.text('client_id'), clientSecret }
  s.end()
  return out
}

export function loadConfig(path: string, environment: NodeJS.ProcessEnv = {}): Config {
  const at = (p: string): string => (p === '' ? '' : resolve(dirname(resolve(path)), p))
  const top = new Section({ ...parse(path), ...fromEnvironment(environment) }, `${path}: `)
  const listen = /^(.+):(\d{1,5})$/.exec(top.text('listen', '127.0.0.1:3000'))
  if (!listen) throw new ConfigError(`${path}: listen: expected HOST:PORT`)
  const host = listen[1]!
  const config: Config = {
    path, host, port: Number(listen[2]),
    url: top.text('url', `http://${host}:${listen[2]}`).replace(/\/$/, ''),
    trustedProxies: top.text('trusted_proxies', 'loopback'),
    stateDir: at(top.text('state_dir')),
    accountsDir: at(top.text('accounts_dir')),
    deskProfile: at(top.text('desk_profile', '')),
    publicProfile: at(top.text('public_profile', '')),
    telephoneProfile: at(top.text('telephone_profile', '')),
    policyPage: at(top.text('policy_page', '')),
    policy: policy(top.section('policy'), at),
    organisations: organisations(top.section('organisations'), at),
    oneTimeCodes: top.flag('one_time_codes', true),
    smtp: smtp(top.section('smtp')),
    notify: notify(top.section('notify'), `${path}: `, at),
    mailAgainSeconds: top.number('mail_again_seconds', 60),
    oidc: oidc(top.section('oidc'), `${path}: `, at),
  }
  top.end()
  if (config.smtp && config.notify) throw new ConfigError(`${path}: smtp and notify: only one of them sends the e-mail`)
  if (!config.oneTimeCodes && !['127.0.0.1', '::1', 'localhost'].includes(host))
    throw new ConfigError(`${path}: one_time_codes: may be false only while listen is a loopback address`)
  return config
}
