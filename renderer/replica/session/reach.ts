import { AppError } from '#app/kernel/index.ts'
import { PROOF_HEADER, PROOF_NONCE_HEADER } from '#app/protocol/index.ts'
import type { Environment } from '../environment.ts'
import { proofOf } from './signer.ts'
import type { Signer } from './signer.ts'
import { TrafficMeter } from './traffic.ts'

/** A token, and the device that it is bound to. */
export type Authority = { readonly token: string; readonly signer: Signer }

type Body = string | Uint8Array<ArrayBuffer>

type Init = Omit<RequestInit, 'method' | 'headers' | 'body'> & {
  readonly body?: Body
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
}

/** Several processes behind one address each want a nonce of their own. */
const TRIES = 3

/**
 * Requests to one server. With an authority each request brings a proof of the device, made for it alone; where the proof
 * was not fresh, the answer said what is, and the request is repeated. Throws `network.unreachable`.
 */
export function createReach(
  serverUrl: string,
  environment: Pick<Environment, 'fetch'>,
  meter = new TrafficMeter(),
) {
  let nonce = ''

  return async (path: string, init: Init, by?: Authority): Promise<Response> => {
    if (by === undefined) return heard(await reach(path, init))
    for (let left = TRIES - 1; ; left -= 1) {
      const shown = nonce
      const response = heard(await reach(path, { ...init, headers: await signed(path, init, by) }))
      if (response.status !== 401 || nonce === shown || left === 0) return response
      await response.body?.cancel()
    }
  }

  async function signed(path: string, { method, headers }: Init, { token, signer }: Authority) {
    const address = absolute(`${serverUrl}${path}`)
    const proof = await proofOf({ signer, token, method, address, nonce })
    return { ...headers, authorization: `DPoP ${token}`, [PROOF_HEADER]: proof }
  }

  function heard(response: Response): Response {
    nonce = response.headers.get(PROOF_NONCE_HEADER) ?? nonce
    return response
  }

  async function reach(path: string, init: Init): Promise<Response> {
    meter.sent(lengthOf(init.body))
    try {
      return await environment.fetch(`${serverUrl}${path}`, init)
    } catch (cause) {
      throw new AppError('network.unreachable', {}, { cause })
    }
  }
}

const encoder = new TextEncoder()

function lengthOf(body: Body | undefined): number {
  return typeof body === 'string' ? encoder.encode(body).length : (body?.length ?? 0)
}

/** Where the page came from, for a client that was told no other server. */
function absolute(address: string): string {
  return new URL(address, globalThis.location?.href).href
}
