const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const VALUES = new Map(Array.from(ALPHABET, (character, value) => [character, value]))

/** Base64 with padding (RFC 4648 section 4). Written out, since `app` knows neither the browser's nor Node's own. */
export function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3)
    const group = (a << 16) | (b << 8) | c
    const known = Math.min(3, bytes.length - at) + 1
    for (let place = 0; place < 4; place += 1) {
      text += place < known ? ALPHABET.charAt((group >> (18 - 6 * place)) & 63) : '='
    }
  }
  return text
}

/** What `base64Of` wrote. Throws on anything that is no base64. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const digits = Array.from(base64.replace(/={1,2}$/, ''), valueOf)
  if (base64.length % 4 !== 0) throw new Error('no base64')
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4))
  for (let at = 0; at < bytes.length; at += 1) {
    const first = Math.floor((at * 4) / 3)
    const pair = ((digits[first] ?? 0) << 6) | (digits[first + 1] ?? 0)
    bytes[at] = pair >> (4 - 2 * (at % 3))
  }
  return bytes
}

function valueOf(character: string): number {
  const value = VALUES.get(character)
  if (value === undefined) throw new Error('no base64')
  return value
}
