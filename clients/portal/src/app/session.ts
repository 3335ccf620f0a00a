// Sessions on disk, encrypted, one file each.
import session from 'express-session'
import type { RequestHandler } from 'express'
import type { Config } from './config.js'
import type { Vault } from './vault.js'

/** Of no use for so long, and gone. */
const IDLE_MS = 60 * 60_000
const TOUCH_MS = 60_000

declare module 'express-session' {
  interface SessionData {
    account: string
    /** The password was right; the code is awaited. */
    halfway: string
    goTo: string
    /** What a form held when its session had ended, shown again after sign-in. */
    kept: { path: string; body: Record<string, unknown>; files?: boolean }
    /** One sentence that the next page tells. */
    flash: string
    [more: string]: unknown
  }
}

class VaultStore extends session.Store {
  constructor(private readonly vault: Vault) {
    super()
  }
  override get(id: string, done: (e: unknown, s?: session.SessionData | null) => void): void {
    const kept = this.vault.read<{ until: number; data: session.SessionData }>('sessions', id)
    done(null, kept && kept.until > Date.now() ? kept.data : null)
  }
  override set(id: string, data: session.SessionData, done?: (e?: unknown) => void): void {
    try {
      this.vault.write('sessions', id, { until: Date.now() + IDLE_MS, data }, false)
      done?.()
    } catch (e) {
      done?.(e)
    }
  }
  /** Not on each page: what is read a lot would be written as often. */
  override touch(id: string, data: session.SessionData, done?: () => void): void {
    const kept = this.vault.read<{ until: number }>('sessions', id)
    if (kept && kept.until - Date.now() > IDLE_MS - TOUCH_MS) done?.()
    else this.set(id, data, done)
  }
  override destroy(id: string, done?: (e?: unknown) => void): void {
    this.vault.remove('sessions', id)
    done?.()
  }
}

export function sessions(config: Config, vault: Vault): RequestHandler {
  const sweep = setInterval(() => vault.sweep('sessions', IDLE_MS), IDLE_MS)
  sweep.unref()
  const secure = config.url.startsWith('https:')
  return session({
    name: secure ? '__Host-portal' : 'portal',
    secret: vault.derive('cookie'),
    store: new VaultStore(vault),
    resave: false,
    saveUninitialized: false,
    rolling: true,
    cookie: { httpOnly: true, sameSite: 'lax', secure, path: '/', maxAge: IDLE_MS },
  })
}
