import { AppError, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { letCopyGoOn } from '../../access/devices/replica-head.ts'
import { revokeDevice } from '../../access/devices/revoke.ts'
import type { EvictionCount, StoredDevice } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'
import { writeDown } from '../write-down.ts'

type DeviceHandlers = Pick<
  ConsoleHandlers,
  'devices' | 'revoke-device' | 'wipe-device' | 'let-copy-go-on' | 'lease' | 'set-lease'
>

/** The devices, what of them is outstanding, and what an administrator may do about them. */
export function deviceHandlers(parts: Pick<ConsoleParts, 'store' | 'clock'>): DeviceHandlers {
  const { store, clock } = parts

  async function deviceOf(id: Id): Promise<StoredDevice> {
    const device = await store.access.device(id)
    if (device === null) throw new AppError('request.invalid', { place: 'id' })
    return device
  }

  return {
    async devices() {
      const [devices, counts] = await Promise.all([store.access.devices(), store.access.evictionCounts()])
      const byDevice = new Map(counts.map((count) => [count.deviceId, count]))
      return {
        devices: devices.map((device) => ({
          ...describeDevice(device),
          evictions: describeEvictions(byDevice.get(device.id)),
        })),
      }
    },
    'revoke-device': async ({ id }, { by }) => describeDevice(await revokeDevice(parts, by, id)),
    'wipe-device': async ({ id }, caller) => {
      const ordered = await store.access.markDevice(id, { wipeOrderedAt: instant(clock) })
      if (ordered === null) throw new AppError('request.invalid', { place: 'id' })
      await writeDown(parts, caller, { action: 'wipe-device', ids: [id] })
      return describeDevice(ordered)
    },
    'let-copy-go-on': async ({ id }, caller) => {
      const device = await deviceOf(id)
      if (device.copiedAt === null) throw new AppError('request.invalid', { place: 'id' })
      const allowed = await letCopyGoOn(store, device)
      await writeDown(parts, caller, { action: 'let-copy-go-on', ids: [id] })
      return describeDevice(allowed)
    },
    lease: () => store.access.leaseDays(),
    'set-lease': async (lease, caller) => {
      await store.access.setLeaseDays(lease)
      const facts = { days: lease.days, ...lease.byRole }
      await writeDown(parts, caller, { action: 'set-lease', facts })
      return lease
    },
  }
}

function describeDevice(device: StoredDevice): ConsoleAnswer<'revoke-device'> {
  const { id, userId, label, host, createdAt, lastSeenAt, revokedAt, wipeOrderedAt, wipedAt } = device
  const { olderCopyAt, copiedAt } = device
  const noticed = { revokedAt, wipeOrderedAt, wipedAt, olderCopyAt, copiedAt }
  return { id, userId, label, host, createdAt, lastSeenAt, ...noticed }
}

type Evictions = ConsoleAnswer<'devices'>['devices'][number]['evictions']

function describeEvictions(count: EvictionCount | undefined): Evictions {
  const { outstanding = 0, since = null, acknowledged = 0, acknowledgedAt = null } = count ?? {}
  return { outstanding, since, acknowledged, acknowledgedAt }
}
