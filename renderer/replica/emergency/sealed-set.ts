import { z } from 'zod'
import { AppError, idSchema } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { emergencySetSchema, wireDocumentSchema } from '#app/protocol/index.ts'
import type { EmergencySet } from '#app/protocol/index.ts'
import { seal, unseal } from '../keys/seal.ts'
import type { SealedPieces } from '../storage/index.ts'

// An emergency set as it lies on the disk: a piece that says whose records there are, and one for each patient. Each is
// sealed under the set's own key, bound to replica, set and place, and then, like every piece, under the data key.

const INDEX = 0

/** `own`: the patient's record where it is withheld, too; else the name is known from the ordinary ones. */
const indexSchema = z.array(
  z.strictObject({
    patientId: idSchema,
    records: z.int().positive(),
    own: wireDocumentSchema.nullable(),
  }),
)
export type SetIndex = z.infer<typeof indexSchema>
export type SetRecords = EmergencySet['patients'][number]['records']
const recordsSchema = emergencySetSchema.shape.patients.element.shape.records

/** Where the pieces of a set lie. */
export type SetPlace = {
  readonly pieces: Pick<SealedPieces, 'put' | 'get'>
  readonly replicaId: Id
  readonly setId: EmergencySet['id']
  readonly file: number
}

/** Throws `replica.write-failed`. */
export async function sealSet(place: SetPlace, key: CryptoKey, { patients }: EmergencySet): Promise<void> {
  const index = patients.map(({ patientId, records }) => ({
    patientId,
    records: records.length,
    own: records.find(isOwn)?.document ?? null,
  }))
  const contents = [index, ...patients.map(({ records }) => records)]
  for (const [position, content] of contents.entries()) {
    const plain = new TextEncoder().encode(JSON.stringify(content))
    const sealed = await seal(key, plain, boundTo(place, position))
    plain.fill(0)
    await place.pieces.put([place.file, position], sealed, 'relaxed')
  }
}

/** Throws `emergency.damaged`, as `openRecords` does. */
export function openIndex(place: SetPlace, key: CryptoKey): Promise<SetIndex> {
  return open(place, key, INDEX, indexSchema)
}

/** Those of the patient who stands at this place of the index. */
export function openRecords(place: SetPlace, key: CryptoKey, at: number): Promise<SetRecords> {
  return open(place, key, INDEX + 1 + at, recordsSchema)
}

async function open<Schema extends z.ZodType>(
  place: SetPlace,
  key: CryptoKey,
  position: number,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const sealed = await place.pieces.get([place.file, position])
  const plain = sealed && (await unseal(key, sealed, boundTo(place, position)))
  if (plain === null) throw new AppError('emergency.damaged')
  const content: unknown = JSON.parse(new TextDecoder().decode(plain))
  plain.fill(0)
  const known = schema.safeParse(content)
  // Of another version of Rounds: it comes anew.
  if (!known.success) throw new AppError('emergency.damaged')
  return known.data
}

function isOwn({ collection }: SetRecords[number]): boolean {
  return collection === modules.patients.collection
}

function boundTo({ replicaId, setId }: SetPlace, position: number): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`rounds emergency v1 ${replicaId} ${setId} ${position}`)
}
