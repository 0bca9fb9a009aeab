import { z } from 'zod'
import { idSchema } from '#app/kernel/index.ts'

// Single sign-on: who may come in by it. How the browser goes to the provider and back: http/sign-on-routes.ts.

const nothing = z.strictObject({})
const admins = ['sync-admin'] as const

export const signOnCalls = {
  /** What people call the provider; null: there is none. */
  'sign-on-name': {
    for: 'open',
    request: nothing,
    answer: z.strictObject({ name: z.string().nullable() }),
  },
  'link-identity': {
    for: admins,
    /** The subject that the provider's administrator reads off; the issuer is the one that is set. */
    request: z.strictObject({ id: idSchema, subject: z.string().trim().min(1).max(255) }),
    answer: nothing,
  },
  'unlink-identity': { for: admins, request: z.strictObject({ id: idSchema }), answer: nothing },
} as const
