import { z } from 'zod'
import { idSchema } from '#app/kernel/index.ts'

// Where each site's data lives. Nothing of a patient.

/** Such as `us-east`. */
export const regionSchema = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
  .max(40)

const siteRegionSchema = z.strictObject({
  id: idSchema,
  name: z.string(),
  region: regionSchema.nullable(),
  /** Whether what names the site is taken here. */
  isServed: z.boolean(),
  /** How many documents of the site lie here. */
  documents: z.int().nonnegative(),
})
export type SiteRegion = z.infer<typeof siteRegionSchema>

const keepers = ['sync-admin', 'privacy-officer'] as const
const answer = z.strictObject({
  /** Null: every region. */
  served: z.array(z.string()).nullable(),
  sites: z.array(siteRegionSchema),
})

export const regionCalls = {
  'site-regions': { for: keepers, request: z.strictObject({}), answer },
  'put-site': {
    for: keepers,
    request: z.strictObject({ siteId: idSchema, region: regionSchema }),
    answer,
  },
} as const
