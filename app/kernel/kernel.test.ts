import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  AppError,
  canonicalJson,
  catalogue,
  codeOf,
  defineModule,
  derivedId,
  field,
  idAt,
  idSchema,
  isErrorCode,
  newId,
  remedy,
  sameJson,
  says,
  scopeSchema,
  sha256Hex,
} from './index.ts'

describe('ids', () => {
  it('are UUIDv7 where made, and UUIDv8 where derived', () => {
    expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(derivedId('rule', 1)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    fc.assert(fc.property(fc.jsonValue(), (cause) => idSchema.safeParse(derivedId(cause)).success))
  })

  it('that are derived depend on the cause alone, not on the order of its members', () => {
    expect(derivedId('plan', { a: 1, b: 2 })).toBe(derivedId('plan', { b: 2, a: 1 }))
    expect(derivedId('plan', 1)).not.toBe(derivedId('plan', 2))
    expect(derivedId('a', 'bc')).not.toBe(derivedId('ab', 'c'))
  })

  it('repeat themselves for one time and one randomness, and sort by time', () => {
    const random = new Uint8Array(16).fill(7)
    expect(idAt(1_700_000_000_000, random)).toBe(idAt(1_700_000_000_000, new Uint8Array(16).fill(7)))
    expect(idAt(1_700_000_000_000, random) < idAt(1_700_000_000_001, random)).toBe(true)
  })

  it.each(['', '../../etc', '01900000-0000-4000-8000-000000000001', '01900000-0000-7000-8000-00000000000G'])(
    'are not %j',
    (text) => {
      expect(idSchema.safeParse(text).success).toBe(false)
    },
  )

  it('name scopes of the known kinds only', () => {
    expect(scopeSchema.safeParse('org').success).toBe(true)
    expect(scopeSchema.safeParse(`site:${derivedId(1)}`).success).toBe(true)
    expect(scopeSchema.safeParse(`team:${derivedId(1)}`).success).toBe(true)
    expect(scopeSchema.safeParse(`ward:${derivedId(1)}`).success).toBe(false)
  })
})

describe('canonical JSON', () => {
  it('is JSON of the same value, whatever the order of the members', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          const turned = Object.fromEntries(Object.entries(value).toReversed())
          expect(canonicalJson(turned)).toBe(canonicalJson(value))
        }
      }),
    )
  })

  it('leaves absent members out, and tells values apart', () => {
    expect(canonicalJson({ b: undefined, a: 1 })).toBe('{"a":1}')
    expect(sameJson({ a: undefined }, {})).toBe(true)
    expect(sameJson(null, undefined)).toBe(false)
    expect(sameJson([1, 2], [2, 1])).toBe(false)
    expect(sameJson('1', 1)).toBe(false)
  })

  it('takes two values for the same exactly where their texts are', () => {
    const member = fc.constantFrom(undefined, null, 0, '', 'a', [], [null], {}, { a: 1 })
    const value = fc.oneof(member, fc.array(member), fc.dictionary(fc.constantFrom('a', 'b', '0'), member))
    const known = value.filter((one) => one !== undefined)
    fc.assert(
      fc.property(known, known, (a, b) => {
        expect(sameJson(a, b)).toBe(canonicalJson(a) === canonicalJson(b))
        expect(sameJson(a, structuredClone(a))).toBe(true)
      }),
    )
  })

  it('hashes as SHA-256 does (FIPS 180-2, B.1)', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

describe.each(Object.entries(catalogue))('the error %s', (code, { says: sentence, remedy: advice, http }) => {
  it('says what happened and what to do, without a secret', () => {
    for (const text of [sentence, advice]) {
      expect(text.length).toBeGreaterThan(3)
      expect(text.length).toBeLessThan(200)
      for (const [, place] of text.matchAll(/\{([^}]*)\}/g)) {
        expect(place).toMatch(/^[a-z]+$/)
        expect(place).not.toMatch(/password|passphrase|secret|token|value|key|patient/)
      }
    }
    expect(sentence.endsWith('.')).toBe(true)
    expect(http).toBeGreaterThanOrEqual(400)
    expect(http).toBeLessThan(600)
    expect(isErrorCode(code)).toBe(true)
  })
})

describe('an AppError', () => {
  it('fills the places of its sentence from its facts, and keeps what is missing visible', () => {
    expect(says('protocol.version', { client: 1, server: 2 })).toContain('protocol 1, the server speaks 2')
    expect(says('protocol.version', { client: 1 })).toContain('{server}')
    expect(remedy('access.throttled', { seconds: 5 })).toContain('5 seconds')
  })

  it('crosses a boundary as code and facts; anything else thrown is internal', () => {
    const error = new AppError('sync.invalid', { field: 'dueOn' }, { cause: new Error('secret') })
    expect(JSON.parse(JSON.stringify(error))).toEqual({ code: 'sync.invalid', facts: { field: 'dueOn' } })
    expect(codeOf(error)).toBe('sync.invalid')
    expect(codeOf(new TypeError('x'))).toBe('internal')
    expect(isErrorCode('constructor')).toBe(false)
  })
})

describe('defineModule', () => {
  const base = {
    name: 'things',
    kind: 'thing',
    label: { one: 'Thing', many: 'Things' },
    version: 1,
    collection: 'reference',
    fields: { name: field(z.string(), { label: 'Name', phi: 'none' }) },
    indexes: [],
    access: {},
    scope: () => [],
    title: () => 'Thing',
  } as const

  it('refuses a field named like one of the envelope, and a version without its migration', () => {
    const fields = { rev: base.fields.name }
    expect(() => defineModule({ ...base, fields })).toThrow(/reserved/)
    expect(() => defineModule({ ...base, version: 2 })).toThrow(/no migration to version 2/)
  })

  it('leaves a record of a module that says nothing at home', () => {
    expect(defineModule(base)).toMatchObject({ residence: 'device', invariants: [], migrations: {} })
  })
})
