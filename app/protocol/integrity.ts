import { z } from 'zod'

// How a server notices that a device comes with another state of its copy than the one it came with last: an older
// profile put back, or two copies of one profile in use. A replica counts its commits, and draws a number at random each
// time it is opened; the two together name a place in its history that no other copy of it can come by.

const commitSchema = z.int().nonnegative()
/** Drawn anew at each opening: 128 bits, hexadecimal. */
export const openingSchema = z.string().regex(/^[0-9a-f]{32}$/)

/** Where a replica stands: its last commit that a power cut can't take back, and the opening that made it. */
export const replicaPlaceSchema = z.strictObject({ commit: commitSchema, opening: openingSchema })
export type ReplicaPlace = z.infer<typeof replicaPlaceSchema>

/** The most openings that a head names; older ones are forgotten first. */
export const OPENINGS_LIMIT = 256

/**
 * How a replica came to where it stands: each opening since the last contact, the earliest first, with its first commit.
 * The last is the opening of now.
 */
export const replicaHeadSchema = z.strictObject({
  commit: commitSchema,
  openings: z
    .array(z.strictObject({ opening: openingSchema, from: commitSchema }))
    .min(1)
    .max(OPENINGS_LIMIT),
})
export type ReplicaHead = z.infer<typeof replicaHeadSchema>

/**
 * `older`: this copy is not the one that was here last, but an earlier state of it. It walks anew and marks what it has not
 * sent, then says so (`/sync/healed`); until then each session says `older`.
 */
export const copySchema = z.enum(['current', 'older'])

export const healedRequestSchema = z.strictObject({})
export const healedAnswerSchema = z.strictObject({})

/** Whether this place lies in the history that led to the head. Pure. */
export function leadsThrough({ commit, openings }: ReplicaHead, place: ReplicaPlace): boolean {
  const last = openings.at(-1)?.opening
  // One opening is one process: within it nothing goes back, whatever order its calls arrive in.
  if (place.opening === last) return true
  const made = openings.findLast(({ from }) => from <= place.commit)
  return place.commit <= commit && made?.opening === place.opening
}
