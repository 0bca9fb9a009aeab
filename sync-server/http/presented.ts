import type { FastifyRequest } from 'fastify'
import { AppError } from '#app/kernel/index.ts'
import { PROOF_HEADER } from '#app/protocol/index.ts'
import type { Presented } from '../access/sessions/proofs.ts'
import { named } from './admission.ts'
import { tokenOf } from './bearer.ts'

const LONGEST_PROOF = 2048

/** The token of a request that is bound to a key, and the proof that the key is at hand (RFC 9449 section 7.1). */
export function presentedBy(request: FastifyRequest, hosts: ReadonlySet<string>): Presented {
  // Without a proof the scheme is of no matter: it is the token that tells whose session was stolen.
  const token = tokenOf(request, ['dpop', 'bearer'])
  const proof = request.headers[PROOF_HEADER]
  if (typeof proof === 'string' && proof.length > LONGEST_PROOF) {
    throw new AppError('access.proof', { why: 'malformed' })
  }
  return {
    token,
    proof: typeof proof === 'string' ? proof : null,
    method: request.method,
    isHere: ({ protocol, host, pathname }) =>
      pathname === request.url.split('?')[0] && named(hosts, protocol, host),
  }
}
