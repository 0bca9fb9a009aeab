import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Vault } from './vault.ts'
import type { Place, WrappedKey } from './vault.ts'

const place: Place = { table: 'cases', id: 'a', revision: 1 }
const damaged = { code: 'store.sealed-body' }

function openVault(masterKey = randomBytes(32)) {
  const vault = new Vault(masterKey)
  const keys: WrappedKey[] = [
    vault.generate(1, 'data'),
    vault.generate(2, 'index'),
    vault.generate(3, 'chain'),
  ]
  vault.adopt(keys)
  vault.bind('organisation')
  return { vault, keys, masterKey }
}

test('what is sealed opens at its place, and nothing of it shows', () => {
  const { vault } = openVault()
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const sealed = vault.seal(place, bytes)
      expect(vault.open(place, sealed).equals(bytes)).toBe(true)
      expect(bytes.length >= 8 && sealed.includes(Buffer.from(bytes))).toBe(false)
      expect(vault.seal(place, bytes).equals(sealed)).toBe(false)
    }),
  )
})

test('any changed byte, and any shortening, is noticed', () => {
  const { vault } = openVault()
  const sealed = vault.seal(place, Buffer.from('body'))
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    // A changed key id names a key that is not there, or that did not seal this.
    expect(() => vault.open(place, changed), `byte ${index}`).toThrow()
    expect(() => vault.open(place, sealed.subarray(0, index)), `length ${index}`).toThrow()
  }
})

test('a body opens in its own organisation, table, id and revision only', () => {
  const { vault, keys, masterKey } = openVault()
  const sealed = vault.seal(place, Buffer.from('body'))
  for (const other of [{ table: 'tasks' }, { id: 'b' }, { revision: 2 }, { revision: '1' }]) {
    expect(() => vault.open({ ...place, ...other }, sealed)).toThrow(expect.objectContaining(damaged))
  }
  const elsewhere = new Vault(masterKey)
  elsewhere.adopt(keys)
  elsewhere.bind('another organisation')
  expect(() => elsewhere.open(place, sealed)).toThrow(expect.objectContaining(damaged))
  elsewhere.bind('organisation')
  expect(elsewhere.open(place, sealed).toString()).toBe('body')
})

test('another master key opens no data key, and a data key does not pass for one of another use', () => {
  const { keys, masterKey } = openVault()
  expect(() => new Vault(randomBytes(32)).adopt(keys)).toThrow()
  const swapped = keys.map((key) => ({ ...key, purpose: 'index' as const }))
  expect(() => new Vault(masterKey).adopt(swapped)).toThrow()
})

test('keyed hashes depend on the key, the purpose and where one part ends', () => {
  const [one, two] = [openVault().vault, openVault().vault]
  expect(one.hash('login', 'carla')).toBe(one.hash('login', 'carla'))
  const different = [
    one.hash('login', 'carla'),
    two.hash('login', 'carla'),
    one.hash('attempts', 'carla'),
    one.hash('login', 'car', 'la'),
    one.hash('login', 'carl', 'a'),
  ]
  expect(new Set(different).size).toBe(different.length)
})
