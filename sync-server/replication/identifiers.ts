import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { identifierSchema } from '#app/values/index.ts'
import type { Identifier } from '../store/contract.ts'

type Identity = {
  readonly value: string
  readonly type: string
  readonly authority?:
    | { readonly namespace?: string | undefined; readonly universalId?: string | undefined }
    | undefined
}

/**
 * An identifier as the store finds it again. The universal id tells authorities apart where there is one, else the
 * namespace; without either it finds nothing and is null.
 */
export function indexed(identifier: Identity): Identifier | null {
  const authority = identifier.authority?.universalId ?? identifier.authority?.namespace
  return authority === undefined ? null : { authority, type: identifier.type, value: identifier.value }
}

/** Under which the records of a patient are found; no sender's authority is named so. */
export function ownerMark(patientId: Id): Identifier {
  return { authority: 'urn:rounds:patient', type: 'of', value: patientId }
}

const identifiersSchema = identifierSchema.array()

/** What a document is found by: the entries of its field `identifiers`, where its module has one, and its patient. */
export function identifiersOf(document: AnyDocument): readonly Identifier[] {
  const { identifiers, patientId } = document
  const parsed = identifiers === undefined ? undefined : identifiersSchema.safeParse(identifiers)
  const own = parsed?.success === true ? parsed.data.flatMap((identifier) => indexed(identifier) ?? []) : []
  return typeof patientId === 'string' ? [...own, ownerMark(patientId)] : own
}
