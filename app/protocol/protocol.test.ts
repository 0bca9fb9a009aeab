import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { canonicalJson, sha256Hex } from '../kernel/index.ts'
import * as protocol from './index.ts'
import {
  formatRev,
  isOlderRev,
  parseRev,
  PROTOCOL_VERSION,
  routes,
  sessionProof,
  versionOf,
} from './index.ts'

/** What both sides agreed on at each version. Append; never edit a line that was released. */
const hashes: Readonly<Record<number, string>> = {
  1: 'f907360fb11b2badd400ed895decb6cb',
  2: '8566b1b64aebef6be616cc4630777487',
  3: 'a57aed6f493803ba0170711cbb709f92',
  4: '7337cccee2b4fea8d705c70011c0c440',
  5: '9f8eb21b81137a16c8b3dc7a3bb86f1f',
  6: 'd84e51f26024a98553069b27183b1ea1',
  7: '0efef82c852a0b7b5b5ca195d1f7f5fe',
  8: '9b6c99f2f3515d9d117d10d9d801d18f',
  9: 'ad1893bc4adf3bb8350bd20a47133a9f',
  10: '234a1389f0e08319373b6704deac26b0',
  11: 'd3efb071d5026801174efb6710dbfc35',
  12: '2524f06e8cc66d8768cb7e0488d37787',
  13: 'b5830d0788f6408375ded3937eeca3fe',
  14: 'cd57e31ba8cf7d2ea3d16002e79a5ddd',
}

/** A value of which only is known that it is JSON has no schema of its own. */
const anyJson = { io: 'input', unrepresentable: 'any' } as const

function hashOfSchemas(): string {
  const schemas = Object.entries(protocol).flatMap(([name, value]: [string, unknown]) =>
    value instanceof z.ZodType ? [[name, z.toJSONSchema(value, anyJson)]] : [],
  )
  const wire = Object.entries(routes).map(([name, { path, open }]) => [name, path, open])
  return sha256Hex(canonicalJson([Object.fromEntries(schemas), wire])).slice(0, 32)
}

describe('the protocol', () => {
  it('is the one that its version names', () => {
    const instruction =
      'A schema of app/protocol changed. Raise PROTOCOL_VERSION, say why in app/protocol/version.ts, and add the new ' +
      'hash here under the new version.'
    expect(hashOfSchemas(), instruction).toBe(hashes[PROTOCOL_VERSION])
  })

  it('has each route at a path of its own', () => {
    const paths = Object.values(routes).map(({ path }) => path)
    expect(new Set(paths).size).toBe(paths.length)
  })

  it('signs a text that names its purpose', () => {
    expect(sessionProof('device', 'challenge')).toBe('rounds-session-v1\ndevice\nchallenge')
  })
})

describe('a rev', () => {
  const revs = fc.record({
    incarnation: fc.stringMatching(/^[a-z0-9]{1,12}$/),
    seq: fc.nat(),
    projection: fc.stringMatching(/^[a-f0-9]{1,12}$/),
  })

  it('is read as it was written', () => {
    fc.assert(
      fc.property(revs, (rev) => {
        expect(parseRev(formatRev(rev))).toEqual(rev)
      }),
    )
  })

  it.each(['', 'a.b', 'a.b.c', 'a.1.c.d', 'a.-1.c', 'a.1e3.c'])('is not read from %j', (text) => {
    expect(parseRev(text)).toBeNull()
  })

  it('names a version, whoever reads it', () => {
    expect(versionOf('b1f0.813.77aa')).toBe('b1f0.813')
    expect(versionOf('b1f0.813.none')).toBe('b1f0.813')
    expect(versionOf('')).toBeNull()
  })

  it('is ordered within one incarnation only', () => {
    fc.assert(
      fc.property(revs, revs, (a, b) => {
        const [left, right] = [formatRev(a), formatRev({ ...b, incarnation: a.incarnation })]
        expect(isOlderRev(left, right)).toBe(a.seq < b.seq)
        expect(isOlderRev(left, formatRev({ ...b, incarnation: `${a.incarnation}x` }))).toBe(false)
        expect(isOlderRev('', right)).toBe(false)
      }),
    )
  })
})
