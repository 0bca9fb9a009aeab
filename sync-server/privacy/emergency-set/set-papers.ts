import { z } from 'zod'
import { derivedId, idSchema, instantSchema } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { drawer } from '../drawer.ts'

/** Which emergency set a device has; `about` is the device. */
const setPaperSchema = z.strictObject({
  userId: idSchema,
  /** What was sent to it last, and whether the device has said since that it lies there. Null: nothing is to lie there. */
  set: z
    .strictObject({
      id: z.string(),
      deliveredAt: instantSchema,
      patients: z.int().nonnegative(),
      records: z.int().nonnegative(),
      confirmed: z.boolean(),
    })
    .nullable(),
  /** The device has said that nothing lies there. */
  gone: z.boolean(),
})
export type SetPaper = z.infer<typeof setPaperSchema>

export const setPapers = drawer('emergency-set', setPaperSchema)

/** One a device. */
export function setPaperId(deviceId: Id): Id {
  return derivedId('emergency set', deviceId)
}
