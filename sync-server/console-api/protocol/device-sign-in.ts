import { z } from 'zod'
import { instantSchema } from '#app/kernel/index.ts'
import { hostKindSchema, signInPageSchema } from '#app/protocol/index.ts'
import { factorFields } from './passkeys.ts'

// The page where a person signs a device in, whatever their role: it asks by what its address holds, and needs no session.

const page = z.strictObject({ page: signInPageSchema })

/** Told once, and typed at the device. */
const codeSchema = z.strictObject({ code: z.string(), expiresAt: instantSchema })

export const deviceSignInCalls = {
  /** Which device asks, in the words of who set it up. */
  'asking-device': {
    for: 'open',
    request: page,
    answer: z.strictObject({ label: z.string(), host: hostKindSchema, beganAt: instantSchema }),
  },
  'sign-device-in': {
    for: 'open',
    request: z.strictObject({
      ...page.shape,
      login: z.string().min(1).max(128),
      password: z.string().min(1).max(256),
      ...factorFields,
    }),
    answer: codeSchema,
  },
  /** By what the provider of single sign-on has said of this browser. */
  'sign-device-on': { for: 'open', request: page, answer: codeSchema },
} as const
