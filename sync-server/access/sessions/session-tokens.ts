import type { Id } from '#app/kernel/index.ts'
import { idSchema } from '#app/kernel/index.ts'
import type { Tokens } from '#app/protocol/index.ts'
import type { StoredTokens } from '../../store/contract.ts'
import { newToken, tokenHash } from './tokens.ts'

const tokenLasts = 10 * 60_000

/** What the device gets, and what is kept of it. A refresh token names its session, so that a used one is known again. */
export function newTokens(sessionId: Id, now: number): { tokens: Tokens; stored: StoredTokens } {
  const token = newToken()
  const refreshToken = `${sessionId}.${newToken()}`
  const expiresAt = new Date(now + tokenLasts).toISOString()
  const stored = {
    tokenHash: tokenHash(token),
    refreshHash: tokenHash(refreshToken),
    tokenExpiresAt: expiresAt,
  }
  return { tokens: { token, expiresAt, refreshToken }, stored }
}

/** Null for what is no refresh token. */
export function sessionIdOf(refreshToken: string): Id | null {
  return idSchema.safeParse(refreshToken.split('.')[0]).data ?? null
}
