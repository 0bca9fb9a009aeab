import { describe, expect, test } from 'vitest'
import type { StoredPasskey } from '../contract.ts'
import { sampleUser } from './access-contract.ts'
import { at } from './samples.ts'
import type { Subject } from './store-contract.ts'

const later = '2026-01-06T08:00:00.000Z'

/** Passkeys, and identities at a provider of single sign-on. */
export function waysInContract({ store }: Subject): void {
  describe('ways in', () => {
    async function users() {
      const [ada, colin] = [sampleUser('ada'), sampleUser('colin')]
      await store().access.saveUser(ada)
      await store().access.saveUser(colin)
      return { ada: ada.id, colin: colin.id }
    }

    const passkey = (userId: string, id: string, counter = 0): StoredPasskey => ({
      id,
      userId,
      publicKey: 'cHVibGlj',
      transports: ['internal'],
      label: 'This laptop',
      counter,
      createdAt: at,
      lastUsedAt: null,
    })

    test('a passkey is its user’s, and is there once', async () => {
      const { access } = store()
      const { ada, colin } = await users()
      await access.addPasskey(passkey(ada, 'one'))
      await expect(access.addPasskey(passkey(colin, 'one'))).rejects.toThrow()
      expect(await access.passkeys(ada)).toEqual([passkey(ada, 'one')])
      expect(await access.passkeys(colin)).toEqual([])
      expect(await access.removePasskey(colin, 'one')).toBe(false)
      expect(await access.removePasskey(ada, 'one')).toBe(true)
      expect(await access.passkeys(ada)).toEqual([])
    })

    test('a passkey that counts never counts the same twice; one that does not says nothing each time', async () => {
      const { access } = store()
      const { ada } = await users()
      await access.addPasskey(passkey(ada, 'silent'))
      await access.addPasskey(passkey(ada, 'counting', 3))
      expect(await access.usePasskey('silent', 0, later)).toBe(true)
      expect(await access.usePasskey('silent', 0, later)).toBe(true)
      expect(await access.usePasskey('counting', 3, later)).toBe(false)
      expect(await access.usePasskey('counting', 0, later)).toBe(false)
      const uses = await Promise.all([4, 4].map((counter) => access.usePasskey('counting', counter, later)))
      expect(uses.filter(Boolean)).toHaveLength(1)
      expect(await access.passkeys(ada)).toContainEqual({ ...passkey(ada, 'counting', 4), lastUsedAt: later })
    })

    test('an identity is one user’s, and a user has one', async () => {
      const { access } = store()
      const { ada, colin } = await users()
      const identity = { issuer: 'https://login.test', subject: '7' }
      expect(await access.linkIdentity(ada, identity, at)).toBe(true)
      expect(await access.linkIdentity(ada, identity, later)).toBe(true)
      expect(await access.linkIdentity(colin, identity, at)).toBe(false)
      expect(await access.userByIdentity(identity)).toBe(ada)
      expect(await access.userByIdentity({ ...identity, issuer: 'https://other.test' })).toBeNull()
      const next = { ...identity, subject: '8' }
      expect(await access.linkIdentity(ada, next, at)).toBe(true)
      expect(await access.userByIdentity(identity)).toBeNull()
      expect(await access.identityOf(ada)).toEqual(next)
      await access.unlinkIdentity(ada)
      expect(await access.identityOf(ada)).toBeNull()
      expect(await access.userByIdentity(next)).toBeNull()
    })
  })
}
