import { z } from 'zod'
import { sensitivities } from '#app/kernel/index.ts'

// Where a message says that what it tells is sensitive, and what a feed may settle about that.

/** Places whose code marks something; the first three are of the person, the others of what was done. */
export const markedPlaces = [
  'MSH-8',
  'PD1-12',
  'CON-11',
  'ARV-3',
  'PV1-16',
  'TXA-18',
  'DG1-18',
  'OBR-4',
  'OBX-3',
  'AIS-3',
] as const
export type MarkedPlace = (typeof markedPlaces)[number]

/** What a code marks its records with. */
export const markings = [...sensitivities, 'nothing'] as const
export type Marking = (typeof markings)[number]

/** `*`: whatever else stands in the place. The first row that fits counts, before the table of the house. */
export const confidentialityRowSchema = z.strictObject({
  place: z.enum(markedPlaces),
  code: z.string().trim().min(1).max(80),
  marks: z.enum(markings),
})
export type ConfidentialityRow = z.infer<typeof confidentialityRowSchema>
