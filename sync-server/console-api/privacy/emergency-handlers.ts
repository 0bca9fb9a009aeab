import { AppError, instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { emergencies } from '../../privacy/emergency-papers.ts'
import type { Emergency } from '../../privacy/emergency-papers.ts'
import type { Filed } from '../../privacy/drawer.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { namesOf } from '../people/people.ts'
import type { ConsoleEmergency, emergencyCalls } from '../protocol/privacy/emergency-calls.ts'
import { writeDown } from '../write-down.ts'

export function emergencyHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, keyof typeof emergencyCalls> {
  const { store, clock } = parts
  return {
    'emergencies-waiting': async () => {
      const all = await emergencies.all(store.access)
      return { count: all.filter(({ content }) => content.signed === null).length }
    },
    emergencies: async (_, caller) => {
      const all = await emergencies.all(store.access)
      const ids = [...new Set(all.flatMap(patientsOf))]
      await writeDown(parts, caller, { action: 'read-emergencies', ids })
      const name = await namesOf(store)
      return { emergencies: all.map((one) => describe(one, caller.user, name)) }
    },
    'sign-emergency': async ({ id, verdict, words }, { user, by }) => {
      const at = instant(clock)
      const { result } = await store.transaction(async (tx) => {
        const emergency = await emergencies.one(tx.access, id)
        if (emergency === null || emergency.content.signed !== null)
          throw new AppError('request.invalid', { place: 'id' })
        if (emergency.content.userId === user) throw new AppError('access.forbidden')
        const signed = { by: user, at, verdict, words }
        const done = { ...emergency, content: { ...emergency.content, signed } }
        await emergencies.file(tx.access, done)
        const ids = [id, ...patientsOf(emergency)]
        tx.stage({ type: 'audit', at, ...by, action: 'sign-emergency', ids, outcome: verdict })
        return done
      })
      return describe(result, user, await namesOf(store))
    },
  }
}

/** Of one that was opened at the server, whom it is about; else whose records were looked at. */
function patientsOf({ about, content: { offline } }: Filed<Emergency>): readonly Id[] {
  return offline === null ? [about] : offline.patients
}

function describe(emergency: Filed<Emergency>, caller: Id, name: (id: string) => string): ConsoleEmergency {
  const { id, at, content } = emergency
  const { userId, deviceId, reason, words, until, offline, signed } = content
  return {
    id,
    by: name(userId),
    device: name(deviceId),
    patientIds: [...patientsOf(emergency)],
    reason,
    words,
    openedAt: at,
    until,
    offline: offline && { toldAt: offline.toldAt, endedAt: offline.endedAt, records: offline.records },
    isOwn: userId === caller,
    signed: signed && { ...signed, by: name(signed.by) },
  }
}
