// Keys that the sender makes: of a concern for ever (UUIDv7), of a command for one intention.
import { createHash, randomBytes } from 'node:crypto'

export function uuid7(now = Date.now()): Uint8Array {
  const bytes = new Uint8Array(16)
  const view = new DataView(bytes.buffer)
  bytes.set(randomBytes(10), 6)
  view.setUint16(0, Math.floor(now / 0x100000000))
  view.setUint32(2, now >>> 0)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  return bytes
}

/** What a receipt's digest must equal. */
export function digestOf(content: Uint8Array): Buffer {
  return createHash('blake2b512').update(content).digest().subarray(0, 32)
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
