// A profile, as `triage enrol` writes it: where the council is, its key, and the key pair of one principal.
import { readFileSync, statSync } from 'node:fs'
import nacl from 'tweetnacl'
import { decodeZ85 } from './z85.js'

export interface Profile {
  readonly path: string
  readonly endpoint: string
  readonly serverKey: string
  readonly publicKey: string
  readonly secretKey: string
  /** What opens the council's boxes: its key and ours, made one. */
  readonly shared: Uint8Array
}

export class ProfileError extends Error {}

function unquote(value: string): string {
  const first = value[0]
  return value.length > 1 && (first === '"' || first === "'") && value.endsWith(first) ? value.slice(1, -1) : value
}

/** Lines of `key: value`; a '#' within a value counts, for keys in Z85 may hold one. */
function settings(text: string, path: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim()
    if (trimmed === '' || trimmed.startsWith('#') || trimmed === '---') continue
    const colon = trimmed.indexOf(':')
    if (colon < 0) throw new ProfileError(`${path}:${index + 1}: expected key: value`)
    found.set(trimmed.slice(0, colon).trim(), unquote(trimmed.slice(colon + 1).trim()))
  }
  return found
}

function key(values: Map<string, string>, name: string, path: string): string {
  const value = values.get(name) ?? ''
  if (!decodeZ85(value)) throw new ProfileError(`${path}: ${name}: expected 40 characters; run triage enrol`)
  return value
}

export function loadProfile(path: string): Profile {
  let text: string
  try {
    if (statSync(path).mode & 0o077) throw new ProfileError(`${path}: others may read it; chmod 600 it`)
    text = readFileSync(path, 'utf8')
  } catch (e) {
    if (e instanceof ProfileError) throw e
    throw new ProfileError(`${path}: ${(e as Error).message}; make one with: triage enrol`)
  }
  const values = settings(text, path)
  const endpoint = values.get('endpoint') ?? ''
  if (!endpoint.startsWith('tcp://')) throw new ProfileError(`${path}: endpoint: expected tcp://HOST:PORT`)
  const serverKey = key(values, 'server_key', path)
  const publicKey = key(values, 'public_key', path)
  const secretKey = key(values, 'secret_key', path)
  const shared = nacl.box.before(decodeZ85(serverKey)!, decodeZ85(secretKey)!)
  return { path, endpoint, serverKey, publicKey, secretKey, shared }
}
