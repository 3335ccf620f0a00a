// ZeroMQ's way of writing 32 bytes of key as 40 characters (rfc.zeromq.org/spec/32).
const SYMBOLS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#'

/** The 32 bytes of a key, or null when it is not one. */
export function decodeZ85(text: string): Uint8Array | null {
  if (text.length !== 40) return null
  const out = new Uint8Array(32)
  const view = new DataView(out.buffer)
  for (let group = 0; group < 8; group++) {
    let value = 0
    for (const symbol of text.slice(group * 5, group * 5 + 5)) {
      const digit = SYMBOLS.indexOf(symbol)
      if (digit < 0) return null
      value = value * 85 + digit
    }
    if (value > 0xffffffff) return null
    view.setUint32(group * 4, value)
  }
  return out
}
