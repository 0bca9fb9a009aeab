import { expect, it } from 'vitest'
import { strengthOf } from './passphrase-strength.ts'

it.each([
  ['password1234', 'weak'],
  ['qwertyuiopas', 'weak'],
  ['carla carla carla', 'fair'],
  ['autumn-harbour-lantern', 'strong'],
  ['x8#kQ!pz9Lm27', 'strong'],
] as const)('of a passphrase that is %s is %s', async (passphrase, strength) => {
  expect(await strengthOf(passphrase)).toBe(strength)
})
