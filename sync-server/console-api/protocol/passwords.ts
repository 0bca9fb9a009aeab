import { z } from 'zod'
import { idSchema } from '#app/kernel/index.ts'
import { secondFactorAnswerSchema, secondFactorRequestSchema } from '#app/protocol/index.ts'
import { factorFields } from './passkeys.ts'

// How users come to be, and how they set their passwords and get their authenticator. Nothing here needs a session but what an administrator does.

const nothing = z.strictObject({})
const admins = ['sync-admin'] as const
const login = z.string().min(1).max(128)
const password = z.string().min(1).max(256)

export const newUserSchema = z.strictObject({
  login: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,63}$/u),
  name: z.string().trim().min(2).max(120),
})

export const passwordCalls = {
  'set-password': {
    for: 'open',
    request: z.strictObject({
      login,
      invitation: z.string().min(1).max(40),
      ...factorFields,
      password,
    }),
    answer: nothing,
  },
  'change-password': {
    for: 'open',
    request: z.strictObject({ login, current: password, ...factorFields, password }),
    answer: nothing,
  },
  /** An authenticator for who was invited and has none: its first code, at the sign-in, confirms it. */
  'second-factor': { for: 'open', request: secondFactorRequestSchema, answer: secondFactorAnswerSchema },
  'forget-password': { for: admins, request: z.strictObject({ id: idSchema }), answer: nothing },
} as const
