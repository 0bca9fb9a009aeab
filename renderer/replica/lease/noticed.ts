import { z } from 'zod'
import { instant, instantSchema } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'
import type { ReplicaKeys } from '../keys/index.ts'
import type { ReadAudit } from '../reads/read-audit.ts'

// What a lease meets at the gate belongs into the record of what was looked at. That lies among the data, of which nothing
// is opened yet: so it waits in the key record, sealed as the lease is, until the copy opens.

const deeds = ['unlock-refused', 'clock-set-back'] as const

export const noticedSchema = z.array(z.strictObject({ at: instantSchema, did: z.enum(deeds) })).readonly()
export type Noticed = z.infer<typeof noticedSchema>

/** Whoever gets here has the passphrase and the machine: they are few. Of more the first are kept. */
const MOST = 64

/** On the disk when it resolves. A full one changes nothing about what the lease says. */
export async function notice(
  keys: Pick<ReplicaKeys, 'noticed' | 'keepNoticed'>,
  clock: Clock,
  did: Noticed[number]['did'],
): Promise<void> {
  const noticed = await keys.noticed()
  if (noticed.length >= MOST) return
  await keys.keepNoticed([...noticed, { at: instant(clock), did }]).catch(() => undefined)
}

/** Puts it into the record, before that the copy was opened. Killed in between, it is told twice, with one time. */
export async function tellNoticed(
  keys: Pick<ReplicaKeys, 'noticed' | 'keepNoticed'>,
  reads: Pick<ReadAudit, 'noteFirst'>,
): Promise<void> {
  const noticed = await keys.noticed()
  if (noticed.length === 0) return
  await reads
    .noteFirst(...noticed)
    .then(() => keys.keepNoticed([]))
    // On a full disk, what is here can be read all the same; it waits for the next opening.
    .catch(() => undefined)
}
