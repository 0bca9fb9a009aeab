import { z } from 'zod'
import { collectionSchema } from '../kernel/define-module.ts'
import { idSchema } from '../kernel/ids.ts'
import { identifierSchema } from './identifier.ts'
import { line } from './text.ts'

/** A record of any module. */
export const recordReferenceSchema = z.strictObject({
  collection: collectionSchema,
  /** The module's kind, so that the record can be named before it is here. */
  kind: line(32),
  id: idSchema,
})
export type RecordReference = z.infer<typeof recordReferenceSchema>

/** Who did or will do something: a known contact, or a name and identifiers that a message gave (HL7 v2 XCN). */
export const professionalSchema = z
  .strictObject({
    contactId: idSchema.optional(),
    name: line(255).optional(),
    identifiers: z.array(identifierSchema).max(8),
  })
  .refine((who) => who.contactId !== undefined || who.name !== undefined || who.identifiers.length > 0, {
    message: 'A contact, a name or an identifier is needed.',
    path: ['name'],
  })
export type Professional = z.infer<typeof professionalSchema>

/** Where something happens: a known location, and the words a message gave for it (HL7 v2 PL). */
export const placeSchema = z.strictObject({
  locationId: idSchema.optional(),
  pointOfCare: line(80).optional(),
  room: line(40).optional(),
  bed: line(40).optional(),
  facility: line(80).optional(),
  building: line(80).optional(),
  floor: line(40).optional(),
  text: line(200).optional(),
})
export type Place = z.infer<typeof placeSchema>

export function placeText(place: Place): string {
  if (place.text !== undefined) return place.text
  return [place.facility, place.building, place.floor, place.pointOfCare, place.room, place.bed]
    .filter(Boolean)
    .join(', ')
}
