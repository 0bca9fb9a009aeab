import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import { createKeeper } from './keys.ts'
import type { Keyring } from './keys.ts'
import { sealedFiles } from './sealed-files.ts'
import { keyringInMemory } from './testing/keyring-in-memory.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rounds-keys-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

function keeperWith(keyring: Keyring) {
  return createKeeper(sealedFiles(join(folder, 'keys')), keyring)
}

describe('the keeper', () => {
  it('binds the same input to the same output, also after a restart, and to another for every replica and purpose', async () => {
    const keyring = keyringInMemory()
    const [one, two] = [newId(), newId()]
    const input = randomBytes(32).toString('base64')
    const first = await keeperWith(keyring).bindKey(one, 'kek', input)
    const keeper = keeperWith(keyring)
    expect(await keeper.bindKey(one, 'kek', input)).toBe(first)
    const others = [await keeper.bindKey(one, 'device-key', input), await keeper.bindKey(two, 'kek', input)]
    expect(new Set([first, ...others]).size).toBe(3)
    expect(Buffer.from(first, 'base64')).toHaveLength(32)
  })

  it('signs what the public key verifies, with one key a replica', async () => {
    const keeper = keeperWith(keyringInMemory())
    const replicaId = newId()
    const raw = Buffer.from(await keeper.deviceKey(replicaId), 'base64')
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
      format: 'jwk',
    })
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), async (text) => {
        const signature = Buffer.from(await keeper.sign(replicaId, text), 'base64')
        expect(verify(null, Buffer.from(text, 'utf8'), key, signature)).toBe(true)
        expect(verify(null, Buffer.from(`${text}!`, 'utf8'), key, signature)).toBe(false)
      }),
      { numRuns: 30 },
    )
  })

  it('makes one secret when two calls come at once', async () => {
    const keyring = keyringInMemory()
    const replicaId = newId()
    const keeper = keeperWith(keyring)
    const [one, two] = await Promise.all([keeper.deviceKey(replicaId), keeper.deviceKey(replicaId)])
    expect(one).toBe(two)
    expect(await keeperWith(keyring).deviceKey(replicaId)).toBe(one)
  })

  it('writes sealed bytes only, for the owner alone', async () => {
    const keeper = keeperWith(keyringInMemory())
    const replicaId = newId()
    const output = await keeper.bindKey(replicaId, 'kek', 'AAAA')
    const names = readdirSync(join(folder, 'keys'))
    expect(names).toEqual([`${replicaId}.sealed`])
    const path = join(folder, 'keys', `${replicaId}.sealed`)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'keys')).mode & 0o777).toBe(0o700)
    expect(readFileSync(path, 'latin1')).not.toMatch(/deviceSecret|deviceKey/)
    expect(readFileSync(path, 'latin1')).not.toContain(output)
  })

  it('overwrites what it forgets: nothing of it is left where its file lay', async () => {
    const keeper = keeperWith(keyringInMemory())
    const replicaId = newId()
    await keeper.deviceKey(replicaId)
    const [file = ''] = readdirSync(join(folder, 'keys'))
    const before = readFileSync(join(folder, 'keys', file))
    // A second name for the same bytes on the disk.
    linkSync(join(folder, 'keys', file), join(folder, 'seen'))
    await keeper.forget(replicaId)
    expect(readdirSync(join(folder, 'keys'))).toEqual([])
    const after = readFileSync(join(folder, 'seen'))
    expect([after.length, after.equals(before)]).toEqual([before.length, false])
  })

  it('knows the replicas whose secrets it has, and makes none by being asked', async () => {
    const keeper = keeperWith(keyringInMemory())
    const [own, strange] = [newId(), newId()]
    await keeper.bindKey(own, 'kek', 'AAAA')
    expect([await keeper.knows(own), await keeper.knows(strange)]).toEqual([true, false])
    expect(readdirSync(join(folder, 'keys'))).toEqual([`${own}.sealed`])
    await keeper.forget(own)
    expect(await keeper.knows(own)).toBe(false)
  })

  it('forgets: a new secret takes the place of the old one', async () => {
    const keeper = keeperWith(keyringInMemory())
    const replicaId = newId()
    const before = await keeper.bindKey(replicaId, 'kek', 'AAAA')
    await keeper.forget(replicaId)
    expect(readdirSync(join(folder, 'keys'))).toEqual([])
    expect(await keeper.bindKey(replicaId, 'kek', 'AAAA')).not.toBe(before)
  })

  it('refuses a keyring that is not secure, and writes nothing', async () => {
    const keeper = keeperWith({ ...keyringInMemory(), isSecure: async () => false })
    await expect(keeper.deviceKey(newId())).rejects.toMatchObject({ code: 'host.keeper-insecure' })
    expect(readdirSync(folder)).toEqual([])
  })

  it('keeps a file that another keyring sealed, and opens it again with the right one', async () => {
    const [right, wrong] = [keyringInMemory(), keyringInMemory()]
    const replicaId = newId()
    const key = await keeperWith(right).deviceKey(replicaId)
    await expect(keeperWith(wrong).deviceKey(replicaId)).rejects.toMatchObject({
      code: 'host.keeper-unreadable',
    })
    expect(await keeperWith(right).deviceKey(replicaId)).toBe(key)
  })

  it('seals anew when the keyring has a newer key', async () => {
    const keyring = keyringInMemory()
    const replicaId = newId()
    const key = await keeperWith(keyring).deviceKey(replicaId)
    const path = join(folder, 'keys', `${replicaId}.sealed`)
    const before = readFileSync(path)
    const renewing: Keyring = {
      ...keyring,
      unseal: async (bytes) => ({ ...(await keyring.unseal(bytes)), renew: true }),
    }
    expect(await keeperWith(renewing).deviceKey(replicaId)).toBe(key)
    expect(readFileSync(path).equals(before)).toBe(false)
    expect(await keeperWith(keyring).deviceKey(replicaId)).toBe(key)
  })
})
