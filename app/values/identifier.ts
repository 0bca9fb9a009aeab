import { z } from 'zod'
import { derivedId } from '../kernel/ids.ts'
import { periodSchema } from './moment.ts'
import { itemKeySchema, line } from './text.ts'

/** Who gave an identifier out: a namespace, a universal id, or both (HL7 v2 HD). */
export const authoritySchema = z
  .strictObject({
    namespace: line(227).optional(),
    universalId: line(255).optional(),
    /** HL7 table 0301: ISO for an OID, UUID, URI, DNS, NPI … */
    universalIdType: line(16).optional(),
  })
  .refine((authority) => authority.namespace !== undefined || authority.universalId !== undefined, {
    message: 'A namespace or a universal id is needed.',
    path: ['namespace'],
  })
export type Authority = z.infer<typeof authoritySchema>

const identifierShape = {
  value: line(255),
  /** Absent where the sender named none; such an identifier finds nothing again by itself. */
  authority: authoritySchema.optional(),
  /** HL7 table 0203: MR medical record, VN visit, AN account, PLAC placer, FILL filler, NPI … */
  type: z.string().regex(/^[A-Z0-9][A-Za-z0-9-]{0,19}$/, 'Must be a code of HL7 table 0203.'),
  use: z.enum(['usual', 'official', 'temp', 'secondary', 'old']),
  period: periodSchema.optional(),
} as const

/**
 * A name by which another system knows a record: it is found again by value, assigning authority and type. `key` is
 * derived from these, so that one identifier that two sides add is one item.
 */
export const identifierSchema = z
  .strictObject({ key: itemKeySchema, ...identifierShape })
  .refine((identifier) => identifier.key === identifierKey(identifier), {
    message: 'The key must be derived from value, authority and type.',
    path: ['key'],
  })
export type Identifier = z.infer<typeof identifierSchema>

type Identity = { readonly value: string; readonly type: string; readonly authority?: Authority | undefined }

/** The key of an identifier. The universal id tells authorities apart where there is one, else the namespace. */
export function identifierKey({ value, type, authority }: Identity): string {
  return derivedId('identifier', authority?.universalId ?? authority?.namespace ?? '', type, value)
}

/** Completes an identifier with its key. */
export function identifier(
  given: Omit<Identifier, 'key' | 'use'> & { readonly use?: Identifier['use'] },
): Identifier {
  return { key: identifierKey(given), use: 'usual', ...given }
}

export function identifierWords(identifiers: readonly Identifier[]): readonly string[] {
  return identifiers.map(({ value }) => value)
}
