// Drafts, sessions and what is on its way, encrypted on disk: one file each, AES-256-GCM, under a key that the
// portal's secret and the drawer's name make.  A file that was changed or moved does not open.
import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import {
  chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

const NONCE = 12
const TAG = 16
const ID = /^[A-Za-z0-9_-]{1,80}$/
/** Draft texts differ in length, and a length tells something: files are filled up to multiples of this. */
const BLOCK = 1_024

/** On return it is on the disk, where it must outlast a power cut, and not only on its way there. */
function onDisk(path: string, flags: string, durable: boolean, write?: (file: number) => void): void {
  const file = openSync(path, flags, 0o600)
  try {
    write?.(file)
    if (durable) fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

export class Vault {
  private readonly keys = new Map<string, Buffer>()

  private constructor(private readonly folder: string, private readonly secret: Buffer) {}

  /** Makes the folder and its secret when they are not there yet. */
  static open(folder: string): Vault {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, 'secret')
    try {
      writeFileSync(path, randomBytes(32).toString('hex') + '\n', { flag: 'wx', mode: 0o600 })
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e
    }
    const secret = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
    if (secret.length !== 32) throw new Error(`${path}: expected 64 hexadecimal digits`)
    chmodSync(path, 0o600)
    return new Vault(folder, secret)
  }

  /** A secret of its own for another purpose, such as signing cookies. */
  derive(purpose: string): string {
    return Buffer.from(hkdfSync('sha256', this.secret, '', `portal ${purpose}`, 32)).toString('hex')
  }

  private key(drawer: string): Buffer {
    let key = this.keys.get(drawer)
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.secret, '', `vault ${drawer}`, 32))
      this.keys.set(drawer, key)
      mkdirSync(join(this.folder, drawer), { recursive: true, mode: 0o700 })
    }
    return key
  }

  private path(drawer: string, id: string): string {
    const name = ID.test(id) ? id : createHash('sha256').update(id).digest('hex')
    return join(this.folder, drawer, name)
  }

  write(drawer: string, id: string, value: unknown, durable = true): void {
    const plain = Buffer.from(JSON.stringify(value))
    const filled = Buffer.alloc(Math.ceil((plain.length + 4) / BLOCK) * BLOCK)
    filled.writeUInt32BE(plain.length)
    plain.copy(filled, 4)
    const nonce = randomBytes(NONCE)
    const cipher = createCipheriv('aes-256-gcm', this.key(drawer), nonce)
    cipher.setAAD(Buffer.from(id))
    const body = Buffer.concat([nonce, cipher.update(filled), cipher.final(), cipher.getAuthTag()])
    const path = this.path(drawer, id)
    const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
    onDisk(temporary, 'wx', durable, (file) => writeFileSync(file, body))
    renameSync(temporary, path)
    if (durable) onDisk(join(this.folder, drawer), 'r', true)
  }

  /** Null when there is none, or it does not open. */
  read<T>(drawer: string, id: string): T | null {
    const key = this.key(drawer)
    try {
      const body = readFileSync(this.path(drawer, id))
      const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, NONCE))
      decipher.setAAD(Buffer.from(id))
      decipher.setAuthTag(body.subarray(-TAG))
      const filled = Buffer.concat([decipher.update(body.subarray(NONCE, -TAG)), decipher.final()])
      return JSON.parse(filled.subarray(4, 4 + filled.readUInt32BE()).toString()) as T
    } catch {
      return null
    }
  }

  remove(drawer: string, id: string): void {
    rmSync(this.path(drawer, id), { force: true })
  }

  list(drawer: string): string[] {
    this.key(drawer)
    return readdirSync(join(this.folder, drawer)).filter((name) => ID.test(name))
  }

  /** Removes what was not written since. */
  sweep(drawer: string, olderThanMs: number): void {
    for (const id of this.list(drawer)) {
      const path = join(this.folder, drawer, id)
      try {
        if (statSync(path).mtimeMs < Date.now() - olderThanMs) rmSync(path, { force: true })
      } catch {
        // Gone meanwhile.
      }
    }
  }
}
