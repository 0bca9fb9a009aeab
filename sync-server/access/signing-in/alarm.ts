import type { Clock } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { Logger } from '../../log.ts'
import type { AlertCause, Store } from '../../store/contract.ts'

/** Tells the people who look after the server that somebody tries to get in who should not. */
export type Alarm = (cause: AlertCause) => Promise<void>

type Parts = { readonly store: Pick<Store, 'access' | 'audit'>; readonly clock: Clock; readonly log: Logger }

/** At the console until somebody has seen it, in the audit each time, in the log by its kind alone. */
export function createAlarm({ store, clock, log }: Parts): Alarm {
  return async (cause) => {
    const at = instant(clock)
    const { kind, userId, deviceId, address } = cause
    const { count } = await store.access.raiseAlert(cause, at)
    log.warn({ kind, count }, 'an alert of access')
    await store.audit.append({
      at,
      actor: userId ?? 'unknown',
      deviceId: deviceId ?? undefined,
      address: address ?? undefined,
      action: 'alert',
      outcome: kind,
      facts: { count },
    })
  }
}
