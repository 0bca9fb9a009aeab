import { z } from 'zod'
import { idSchema, instantSchema } from '#app/kernel/index.ts'
import { hostKindSchema } from '#app/protocol/index.ts'
import { againFields } from './passkeys.ts'

// One's own account, for everybody who has one: where it is open, and the computers that are set up for it.

const nothing = z.strictObject({})

export const ownSessionSchema = z.strictObject({
  openedAt: instantSchema,
  expiresAt: instantSchema,
  address: z.string(),
  /** The one that asks. */
  isThis: z.boolean(),
})

export const ownDeviceSchema = z.strictObject({
  id: idSchema,
  label: z.string(),
  host: hostKindSchema,
  createdAt: instantSchema,
  lastSeenAt: instantSchema.nullable(),
})

export const accountCalls = {
  'own-account': {
    for: 'everybody',
    request: nothing,
    /**
     * `sessions`: at the console, of this process of the server. `devices`: those that may come in. `shows`: what a change asks for;
     * nothing for some minutes after the provider has answered, and to be answered for again by it where there is no password.
     */
    answer: z.strictObject({
      sessions: z.array(ownSessionSchema),
      devices: z.array(ownDeviceSchema),
      shows: z.enum(['password', 'sign-on', 'nothing']),
    }),
  },
  'end-other-sessions': { for: 'everybody', request: z.strictObject(againFields), answer: nothing },
  'revoke-own-device': {
    for: 'everybody',
    request: z.strictObject({ id: idSchema, ...againFields }),
    answer: nothing,
  },
} as const
