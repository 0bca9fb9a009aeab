import { z } from 'zod'
import { idSchema, instantSchema, roleSchema, scopeSchema } from '#app/kernel/index.ts'
import { consentPurposes } from '#app/modules/consents/index.ts'
import { dateSchema, line } from '#app/values/index.ts'
import { isKeyAddress, publicKeySetSchema } from '../../fhir/access/public-keys.ts'
import { isSmartScope } from '../../fhir/access/smart-scopes.ts'

// Machines that ask by FHIR, and the agreements on which they, and who is told by HL7, rest.

const agreementShape = {
  kind: z.enum(['baa', 'dua']),
  parties: z.strictObject({ ours: line(200), theirs: line(200) }),
  document: z.strictObject({ title: line(200), sha256: z.exactOptional(z.string().regex(/^[0-9a-f]{64}$/)) }),
  from: dateSchema,
  until: dateSchema.nullable(),
} as const

/** As whom a machine may see; nothing of the console is open to it. */
export const clientRoleSchema = roleSchema.exclude(['sync-admin'])

const clientShape = {
  agreementId: idSchema,
  name: line(120),
  purpose: z.enum(consentPurposes),
  keys: z.union([
    z.strictObject({ jwksUrl: z.string().max(500).refine(isKeyAddress, 'Must be an https address.') }),
    z.strictObject({ jwks: publicKeySetSchema }),
  ]),
  smartScopes: z
    .array(z.string().max(60).refine(isSmartScope, 'Must be a scope such as system/Patient.rs.'))
    .min(1),
  grants: z
    .array(z.strictObject({ role: clientRoleSchema, scope: scopeSchema }))
    .min(1)
    .max(64),
  seesRestricted: z.boolean(),
} as const

const consoleAgreementSchema = z.strictObject({
  id: idSchema,
  ...agreementShape,
  createdAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /** By the server's clock. */
  state: z.enum(['to come', 'holds', 'over']),
})
export type ConsoleAgreement = z.infer<typeof consoleAgreementSchema>

const consoleClientSchema = z.strictObject({
  id: idSchema,
  agreementId: idSchema,
  name: z.string(),
  purpose: z.string(),
  smartScopes: z.array(z.string()),
  grants: z.array(z.strictObject({ role: roleSchema, scope: scopeSchema })),
  seesRestricted: z.boolean(),
  createdAt: instantSchema,
  revokedAt: instantSchema.nullable(),
})
export type ConsoleClient = z.infer<typeof consoleClientSchema>

const admins = ['sync-admin'] as const
/** Who names one for a destination, and who answers for them, see them, too. */
const readers = ['sync-admin', 'interface-analyst', 'privacy-officer'] as const
const nothing = z.strictObject({})
const byId = z.strictObject({ id: idSchema })

export const integrationCalls = {
  agreements: {
    for: readers,
    request: nothing,
    answer: z.strictObject({ agreements: z.array(consoleAgreementSchema) }),
  },
  'add-agreement': { for: admins, request: z.strictObject(agreementShape), answer: consoleAgreementSchema },
  'end-agreement': { for: admins, request: byId, answer: consoleAgreementSchema },
  'fhir-clients': {
    for: admins,
    request: nothing,
    answer: z.strictObject({ clients: z.array(consoleClientSchema) }),
  },
  'add-fhir-client': { for: admins, request: z.strictObject(clientShape), answer: consoleClientSchema },
  'revoke-fhir-client': { for: admins, request: byId, answer: consoleClientSchema },
} as const
