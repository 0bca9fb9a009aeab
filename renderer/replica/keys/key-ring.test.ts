import { describe, expect, test } from 'vitest'
import type { HostBridge } from '#app/host/index.ts'
import { newId } from '#app/kernel/index.ts'
import { inlineRunner } from '../testing/inline-runner.ts'
import { bytesOf, base64Of } from '#app/kernel/base64.ts'
import { createKeyRing, decodeKeyRecord, encodeKeyRecord, openKeyRing } from './index.ts'
import { changePassphrase } from './key-ring.ts'
import type { KeyRecord, KeyRing } from './index.ts'
import { seal, unseal } from './seal.ts'

const passphrase = 'seven grey herons wade'
const replicaId = newId()
const machine = hostWith('one')
const { ring, record } = await createKeyRing({ host: machine, replicaId, passphrase, runner: inlineRunner })

/** A machine whose device secret is the text given: only `bindKey` is asked of it. */
function hostWith(secret: string): HostBridge {
  return {
    async call(call, payload) {
      if (call !== 'bindKey' || !('input' in payload)) throw new Error(`unexpected call ${call}`)
      const key = await crypto.subtle.importKey(
        'raw',
        new TextEncoder().encode(secret),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign'],
      )
      const output = await crypto.subtle.sign('HMAC', key, bytesOf(payload.input))
      return { output: base64Of(new Uint8Array(output)) } as never
    },
    on: () => () => undefined,
    restart: () => undefined,
  }
}

const open = (from: { record?: KeyRecord; passphrase?: string; host?: HostBridge } = {}) =>
  openKeyRing({ host: machine, record, passphrase, runner: inlineRunner, ...from })

const additional = new TextEncoder().encode('a test')
const text = new TextEncoder().encode('the same on both sides')

async function sealedBy(from: KeyRing): Promise<Uint8Array<ArrayBuffer>> {
  const key = from.dataKey(from.epoch)
  if (key === undefined) throw new Error('no data key')
  return seal(key, text, additional)
}

async function opens(by: KeyRing, sealed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const key = by.dataKey(by.epoch)
  return key !== undefined && (await unseal(key, sealed, additional)) !== null
}

describe('the key ring', () => {
  test('opens again by passphrase and machine to the same keys', async () => {
    const sealed = await sealedBy(ring)
    expect(await opens(await open(), sealed)).toBe(true)
    expect(ring.epoch).toBe(1)
  })

  test('takes a passphrase however its letters are composed', async () => {
    const made = await createKeyRing({
      host: machine,
      replicaId,
      passphrase: 'Café Zürich è aperto'.normalize('NFD'),
      runner: inlineRunner,
    })
    const again = await open({ record: made.record, passphrase: 'Café Zürich è aperto'.normalize('NFC') })
    expect(await opens(again, await sealedBy(made.ring))).toBe(true)
  })

  test.each([
    ['a wrong passphrase', () => open({ passphrase: 'seven grey herons fly' })],
    ['another machine', () => open({ host: hostWith('two') })],
    ['another replica', () => open({ record: { ...record, replicaId: newId() } })],
  ])('does not open with %s', async (_what, attempt) => {
    await expect(attempt()).rejects.toMatchObject({ code: 'replica.passphrase' })
  })

  test('refuses a short passphrase, counted as people count', async () => {
    const short = { host: machine, replicaId, runner: inlineRunner, passphrase: '🦢🦢🦢🦢🦢🦢🦢🦢🦢🦢🦢' }
    await expect(createKeyRing(short)).rejects.toMatchObject({
      code: 'replica.passphrase-weak',
      facts: { least: 12 },
    })
  })

  test('gives keys that can not be read, and none once closed', async () => {
    const opened = await open()
    const [dataKey, hostKey] = [opened.dataKey(1), opened.hostKey()]
    if (dataKey === undefined || hostKey === null) throw new Error('keys expected')
    expect([dataKey.extractable, hostKey.extractable]).toEqual([false, false])
    expect(opened.dataKey(2)).toBeUndefined()
    opened.close()
    expect(opened.dataKey(1)).toBeUndefined()
    expect(opened.hostKey()).toBeNull()
  })

  test('the host key is the same at every unlock, and wraps keys only', async () => {
    const [hostKey, again] = [ring.hostKey(), (await open()).hostKey()]
    if (hostKey === null || again === null) throw new Error('host keys expected')
    expect(hostKey.usages.toSorted()).toEqual(['unwrapKey', 'wrapKey'])
    const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) }
    const { privateKey } = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
    const wrapped = await crypto.subtle.wrapKey('pkcs8', privateKey, hostKey, algorithm)
    const unwrap = crypto.subtle.unwrapKey('pkcs8', wrapped, again, algorithm, 'Ed25519', false, ['sign'])
    expect((await unwrap).extractable).toBe(false)
  })

  test('a changed passphrase opens the same keys, the old one no more', async () => {
    const next = 'eight white swans glide'
    const changed = await changePassphrase({ host: machine, record, passphrase, next, runner: inlineRunner })
    expect(changed.kdf.salt).not.toBe(record.kdf.salt)
    expect(await opens(await open({ record: changed, passphrase: next }), await sealedBy(ring))).toBe(true)
    await expect(open({ record: changed })).rejects.toMatchObject({ code: 'replica.passphrase' })
    const wrong = { host: machine, record, passphrase: next, next, runner: inlineRunner }
    await expect(changePassphrase(wrong)).rejects.toMatchObject({ code: 'replica.passphrase' })
  })

  test('ends its worker, whether the keys open or not', async () => {
    let ended = 0
    const counting = () => ({ ...inlineRunner(), end: () => void (ended += 1) })
    await openKeyRing({ host: machine, record, passphrase, runner: counting })
    await openKeyRing({ host: hostWith('two'), record, passphrase, runner: counting }).catch(() => undefined)
    expect(ended).toBe(2)
  })
})

describe('the key record', () => {
  test('is read as it was written, and holds nothing but opaque values', () => {
    const bytes = encodeKeyRecord(record)
    expect(decodeKeyRecord(bytes)).toEqual(record)
    expect(new TextDecoder().decode(bytes)).not.toContain('heron')
  })

  test.each([
    ['too little memory', { ...record.kdf, memory: 8 * 1024 * 1024 }],
    ['too much memory', { ...record.kdf, memory: 64 * 1024 * 1024 * 1024 }],
    ['too few passes', { ...record.kdf, passes: 1 }],
    ['too many passes', { ...record.kdf, passes: 1000 }],
    ['a short salt', { ...record.kdf, salt: 'AAAA' }],
  ])('refuses %s', (_what, kdf) => {
    expect(() => decodeKeyRecord(encodeKeyRecord({ ...record, kdf }))).toThrow('replica.keys-lost')
  })

  test('tells a newer format from damage', () => {
    const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
    expect(() => decodeKeyRecord(bytes({ ...record, format: 3 }))).toThrow('replica.format')
    expect(() => decodeKeyRecord(bytes({ format: 1 }))).toThrow('replica.keys-lost')
    expect(() => decodeKeyRecord(Uint8Array.of(0xff, 0xfe))).toThrow('replica.keys-lost')
  })
})
