import { AppError, instant } from '#app/kernel/index.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { namesOf } from '../hl7/hl7-parts.ts'
import { writeDown } from '../write-down.ts'

type Calls = 'access-alerts' | 'see-access-alert'

/** The latest; what is older stands in the audit. */
const SHOWN = 100

export function alertHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, Calls> {
  const { store, clock } = parts
  return {
    'access-alerts': async () => {
      const [alerts, nameOf, devices] = await Promise.all([
        store.access.alerts(SHOWN),
        namesOf(parts),
        store.access.devices(),
      ])
      const labels = new Map(devices.map(({ id, label }) => [id, label]))
      return {
        alerts: alerts.map(({ userId, deviceId, seenBy, ...alert }) => ({
          ...alert,
          user: userId === null ? null : nameOf(userId),
          device: deviceId === null ? null : (labels.get(deviceId) ?? deviceId),
          seenBy: seenBy === null ? null : nameOf(seenBy),
        })),
      }
    },
    'see-access-alert': async ({ id }, caller) => {
      if (!(await store.access.seeAlert(id, caller.user, instant(clock))))
        throw new AppError('request.invalid', { place: 'id' })
      await writeDown(parts, caller, { action: 'see-alert', ids: [id] })
      return {}
    },
  }
}
