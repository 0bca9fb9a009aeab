import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { Grant } from '#app/access/index.ts'
import type { StoredDevice, StoredUser } from '../contract.ts'
import type { Subject } from './store-contract.ts'
import { at } from './samples.ts'

const later = '2026-01-06T08:00:00.000Z'

export function sampleUser(login: string): StoredUser {
  return {
    id: newId(),
    login,
    name: `${login} Canary`,
    passwordHash: 'argon2id$x',
    secondFactor: null,
    createdAt: at,
    disabledAt: null,
    enabledAt: null,
  }
}

export function sampleDevice(userId: string, label = 'Laptop'): StoredDevice {
  return {
    id: newId(),
    userId,
    replicaId: newId(),
    publicKey: Buffer.alloc(32, 7).toString('base64'),
    host: 'browser',
    label,
    createdAt: at,
    lastSeenAt: null,
    leaseUntil: null,
    revokedAt: null,
    wipeOrderedAt: null,
    wipedAt: null,
    olderCopyAt: null,
    copiedAt: null,
  }
}

export function accessContract({ store }: Subject): void {
  describe('access', () => {
    test('a lease lasts seven days until another length is set, also of a role', async () => {
      const { access } = store()
      expect(await access.leaseDays()).toEqual({ days: 7, byRole: {} })
      for (const lease of [
        { days: 30, byRole: { clinician: 2, coordinator: 60 } },
        { days: 5, byRole: {} },
      ]) {
        await access.setLeaseDays(lease)
        expect(await access.leaseDays()).toEqual(lease)
      }
    })

    test('a grant is told with who proposed, approved and ended it; a proposal is no grant', async () => {
      const { access } = store()
      const user = sampleUser('granted')
      await access.saveUser(user)
      const [userId, by, id] = [user.id, newId(), newId()]
      const grant: Grant = { id, userId, role: 'clinician', scope: 'org', from: at, until: null }
      const proposed = { by, at, reason: 'Stands in for the canary' }
      await access.saveGrantRecord({ grant, proposed, approved: null, ended: null })
      expect(await access.grants(userId)).toEqual([])
      expect(await access.grantRecord(newId())).toBeNull()
      const whole = { grant, proposed, approved: { by: newId(), at: later }, ended: null }
      await access.saveGrant(grant)
      await access.saveGrantRecord(whole)
      expect(await access.grantRecord(id)).toEqual(whole)
      expect(await access.grantRecords()).toEqual([whole])
      expect(await access.grants()).toEqual([grant])
    })

    test('a paper is kept sealed, replaced by id, and found by its kind and what it is about', async () => {
      const { access } = store()
      const about = newId()
      const first = { id: newId(), kind: 'hold', about, at, content: { reason: 'Canary of a hold' } } as const
      const second = { ...first, id: newId(), at: later, about: newId() }
      await access.savePaper(first)
      await access.savePaper({ ...second, content: null })
      await access.savePaper(second)
      expect(await access.papers('hold')).toEqual([second, first])
      expect(await access.papers('hold', [about])).toEqual([first])
      expect(await access.papers('hold', [about, second.about, newId()])).toEqual([second, first])
      expect(await access.papers('hold', [])).toEqual([])
      expect(await access.papers('region')).toEqual([])
      expect(await access.paper(second.id)).toEqual(second)
      expect(await access.paper(newId())).toBeNull()
    })

    test('users are found by id and by login in any case; a login belongs to one', async () => {
      const { access } = store()
      const [carla, colin] = [sampleUser('Carla'), sampleUser('colin')]
      await access.saveUser(carla)
      await access.saveUser(colin)
      expect(await access.userByLogin('cARLA')).toEqual(carla)
      expect(await access.user(colin.id)).toEqual(colin)
      expect(await access.userByLogin('nobody')).toBeNull()
      await expect(access.saveUser(sampleUser('CARLA'))).rejects.toThrow()

      const gone = { ...carla, disabledAt: later, login: 'carla.g' }
      await access.saveUser(gone)
      expect(await access.userByLogin('carla')).toBeNull()
      expect((await access.users()).map((user) => user.id)).toEqual([carla.id, colin.id].toSorted())
      expect(await access.user(carla.id)).toEqual(gone)
    })

    test('whoever changes something else of a user at the same instant, nothing of either is lost', async () => {
      const { access } = store()
      const user = sampleUser('ada')
      await access.saveUser(user)
      const secondFactor = { secret: 'JBSWY3DPEHPK3PXP', confirmedAt: null }
      await Promise.all([
        access.changeUser(user.id, (now) => ({ ...now, disabledAt: later })),
        store().transaction((tx) => tx.access.changeUser(user.id, (now) => ({ ...now, secondFactor }))),
        access.changeUser(user.id, (now) => ({ ...now, passwordHash: 'argon2id$y' })),
      ])
      const changed = { ...user, disabledAt: later, secondFactor, passwordHash: 'argon2id$y' }
      expect(await access.user(user.id)).toEqual(changed)

      const refused = access.changeUser(user.id, () => {
        throw new Error('not so')
      })
      await expect(refused).rejects.toThrow('not so')
      expect(await access.changeUser(user.id, (now) => now)).toEqual(changed)
      expect(await access.changeUser(newId(), (now) => now)).toBeNull()
    })

    test('grants are kept per user, replaced by id, and taken away', async () => {
      const { access } = store()
      const user = sampleUser('sofia')
      await access.saveUser(user)
      const grant: Grant = {
        id: newId(),
        userId: user.id,
        role: 'supervisor',
        scope: 'org',
        from: at,
        until: null,
      }
      await access.saveGrant(grant)
      await access.saveGrant({ ...grant, until: later })
      expect(await access.grants(user.id)).toEqual([{ ...grant, until: later }])
      await access.removeGrant(grant.id)
      expect(await access.grants(user.id)).toEqual([])
    })

    test('devices and sessions, in one transaction, and their end', async () => {
      const { access } = store()
      const user = sampleUser('ada')
      const device = sampleDevice(user.id)
      const session = {
        id: newId(),
        tokenHash: 'h1',
        tokenExpiresAt: at,
        refreshHash: 'r1',
        userId: user.id,
        deviceId: device.id,
        createdAt: at,
        expiresAt: later,
      }
      await store().transaction(async (tx) => {
        await tx.access.saveUser(user)
        await tx.access.addDevice(device)
        await tx.access.saveSession(session)
        expect(await tx.access.session('h1')).toEqual(session)
        tx.stage({ type: 'audit', at, actor: user.id, action: 'enrol' })
      })
      const leaseUntil = '2026-01-13T08:00:00.000Z'
      await access.touchDevice(device.id, later, leaseUntil)
      expect(await access.device(device.id)).toEqual({ ...device, lastSeenAt: later, leaseUntil })
      expect(await access.devices(user.id)).toHaveLength(1)
      expect(await access.devices(newId())).toEqual([])
      expect(await access.session('h1')).toEqual(session)

      for (const which of [{ id: session.id }, { deviceId: device.id }, { userId: user.id }]) {
        await access.endSessions(which)
        expect(await access.session('h1')).toBeNull()
        await access.saveSession(session)
      }
      expect(await access.sessionById(session.id)).toEqual(session)
      await access.forgetExpired(at)
      expect(await access.session('h1')).toEqual(session)
      await access.forgetExpired(later)
      expect(await access.session('h1')).toBeNull()
    })

    test('marks of a device leave each other as they are, and what can’t be taken back keeps its first time', async () => {
      const { access } = store()
      const user = sampleUser('ada')
      const device = sampleDevice(user.id)
      await access.saveUser(user)
      await access.addDevice(device)
      await expect(access.addDevice(device)).rejects.toThrow()
      await Promise.all([
        access.markDevice(device.id, { revokedAt: at }),
        store().transaction((tx) => tx.access.markDevice(device.id, { copiedAt: at })),
        access.markDevice(device.id, { wipeOrderedAt: at }),
        access.markDevice(device.id, { olderCopyAt: at }),
      ])
      const marked = { ...device, revokedAt: at, wipeOrderedAt: at, copiedAt: at, olderCopyAt: at }
      expect(await access.device(device.id)).toEqual(marked)

      const again = {
        revokedAt: later,
        wipeOrderedAt: later,
        wipedAt: later,
        olderCopyAt: later,
        copiedAt: null,
      }
      const after = { ...marked, wipedAt: later, olderCopyAt: later, copiedAt: null }
      expect(await access.markDevice(device.id, again)).toEqual(after)
      expect(await access.device(device.id)).toEqual(after)
      expect(await access.markDevice(newId(), { revokedAt: at })).toBeNull()
    })

    test('a refresh token gives the next tokens once, of however many that come at once', async () => {
      const { access } = store()
      const user = sampleUser('ada')
      const device = sampleDevice(user.id)
      await access.saveUser(user)
      await access.addDevice(device)
      const id = newId()
      const first = { tokenHash: 'h1', tokenExpiresAt: at, refreshHash: 'r1' }
      const owner = { userId: user.id, deviceId: device.id, createdAt: at, expiresAt: later }
      await access.saveSession({ id, ...first, ...owner })
      const nexts = [2, 3, 4].map((number) => ({
        tokenHash: `h${number}`,
        tokenExpiresAt: later,
        refreshHash: `r${number}`,
      }))
      const rotated = await Promise.all(nexts.map((next) => access.rotateSession(id, 'r1', next)))
      expect(rotated.filter(Boolean)).toHaveLength(1)
      const next = nexts[rotated.indexOf(true)]
      expect(await access.sessionById(id)).toEqual({ id, ...next, ...owner })
      expect(await access.session('h1')).toBeNull()
      expect(await access.rotateSession(newId(), next?.refreshHash ?? '', first)).toBe(false)
    })

    test('where a copy stood moves on within its opening only, and is replaced as a whole', async () => {
      const { access } = store()
      const user = sampleUser('ada')
      const device = sampleDevice(user.id)
      await access.saveUser(user)
      await access.addDevice(device)
      expect(await access.replicaHead(device.id)).toBeNull()
      const [first, second] = ['a'.repeat(32), 'b'.repeat(32)] as const
      const at = async () => (await access.replicaHead(device.id))?.place
      const advance = (commit: number, opening: string) =>
        access.advanceReplicaHead(device.id, { commit, opening })
      expect(await advance(7, first)).toBe(true)
      expect(await advance(7, first)).toBe(true)
      expect(await advance(5, first)).toBe(false)
      expect(await advance(9, second)).toBe(false)
      expect(await at()).toEqual({ commit: 7, opening: first })
      expect(await advance(8, first)).toBe(true)
      expect(await at()).toEqual({ commit: 8, opening: first })
      const replaced = {
        deviceId: device.id,
        place: { commit: 3, opening: second },
        leftBehind: [{ commit: 8, opening: first }],
        healing: true,
        decided: false,
      }
      await access.saveReplicaHead(replaced)
      expect(await access.replicaHead(device.id)).toEqual(replaced)
      await access.forgetShadows(device.id)
    })

    test('a challenge serves once, for its device, and in time', async () => {
      const { access } = store()
      const user = sampleUser('ada')
      const device = sampleDevice(user.id)
      await access.saveUser(user)
      await access.addDevice(device)
      await access.addChallenge({ deviceId: device.id, hash: 'c1', expiresAt: later })
      await access.addChallenge({ deviceId: device.id, hash: 'c2', expiresAt: at })
      expect(await access.takeChallenge(newId(), 'c1', at)).toBe(false)
      const taken = await Promise.all([1, 2, 3].map(() => access.takeChallenge(device.id, 'c1', at)))
      expect(taken.filter(Boolean)).toHaveLength(1)
      expect(await access.takeChallenge(device.id, 'c2', later)).toBe(false)
    })

    test('an invitation serves once, for its user, and in time', async () => {
      const { access } = store()
      const [user, other] = [sampleUser('ada'), sampleUser('amir')]
      await access.saveUser(user)
      await access.saveUser(other)
      const invitation = {
        id: newId(),
        userId: user.id,
        createdBy: other.id,
        createdAt: at,
        expiresAt: later,
        usedAt: null,
        deviceId: null,
      }
      await access.addInvitation(invitation, 'CODE')
      expect(await access.invitationByCode(user.id, 'CODE')).toEqual(invitation)
      expect(await access.invitationByCode(other.id, 'CODE')).toBeNull()
      expect(await access.takeInvitation(other.id, 'CODE', newId(), at)).toBe(false)
      expect(await access.takeInvitation(user.id, 'code', newId(), at)).toBe(false)
      expect(await access.takeInvitation(user.id, 'CODE', newId(), later)).toBe(false)
      const taken = await Promise.all(
        [1, 2, 3].map(() => access.takeInvitation(user.id, 'CODE', newId(), at)),
      )
      expect(taken.filter(Boolean)).toHaveLength(1)
      const [held] = await access.invitations(user.id)
      expect(held).toMatchObject({ ...invitation, usedAt: at, deviceId: expect.any(String) })

      await access.addInvitation({ ...invitation, id: newId() }, 'ANOTHER')
      await access.endInvitations(user.id, at)
      expect(await access.takeInvitation(user.id, 'ANOTHER', newId(), at)).toBe(false)
      expect(await access.invitedOnly()).toBe(false)
      await access.setInvitedOnly(true)
      expect(await access.invitedOnly()).toBe(true)
    })

    test('a step of a second factor serves once, and none before it', async () => {
      const { access } = store()
      const user = { ...sampleUser('ada'), secondFactor: { secret: 'CANARYBASE32', confirmedAt: null } }
      await access.saveUser(user)
      expect(await access.user(user.id)).toEqual(user)
      const taken = await Promise.all([1, 2, 3].map(() => access.takeFactorStep(user.id, 41)))
      expect(taken.filter(Boolean)).toHaveLength(1)
      expect(await access.takeFactorStep(user.id, 40)).toBe(false)
      expect(await access.takeFactorStep(user.id, 42)).toBe(true)
      // Saving the user again does not bring a used step back.
      await access.saveUser({ ...user, name: 'Another' })
      expect(await access.takeFactorStep(user.id, 42)).toBe(false)
    })

    test('failed attempts count up at once and are forgotten after a success', async () => {
      const { access } = store()
      await Promise.all([1, 2, 3].map(() => access.addFailedAttempt('carla', at)))
      expect(await access.addFailedAttempt('carla', later)).toEqual({ count: 4, lastAt: later })
      expect(await access.failedAttempts('colin')).toBeNull()
      await access.clearFailedAttempts('carla')
      expect(await access.failedAttempts('carla')).toBeNull()
    })
  })
}
