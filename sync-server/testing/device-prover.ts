import { generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { newId } from '#app/kernel/index.ts'
import {
  PROOF_HEADER,
  PROOF_NONCE_HEADER,
  PROTOCOL_HEADER,
  PROTOCOL_VERSION,
  proofToSign,
  signedProof,
  tokenDigest,
} from '#app/protocol/index.ts'
import type { ProofClaims } from '#app/protocol/index.ts'

export type DeviceKey = { readonly publicKey: string; readonly privateKey: KeyObject }

export function newDeviceKey(): DeviceKey {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)
  return { publicKey: raw.toString('base64'), privateKey }
}

type Sent = {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: NonNullable<RequestInit['body']>
  readonly signal?: AbortSignal
}

/** How a device shows one server that a token is in its hands. */
export type DeviceProver = {
  /** For one request; `change` is what somebody else would make of it. */
  headers(
    method: 'GET' | 'POST',
    path: string,
    token: string,
    change?: Partial<ProofClaims>,
  ): Record<string, string>
  /** Hears what the next proof has to name. */
  heard<Answer extends { readonly headers: Headers }>(answer: Answer): Answer
  /** A request with a proof, and once more where that was not fresh. */
  fetch(path: string, token: string, sent?: Sent): Promise<Response>
}

export function deviceProver(url: string, { publicKey, privateKey }: DeviceKey): DeviceProver {
  let nonce = 'none'

  function headers(
    method: 'GET' | 'POST',
    path: string,
    token: string,
    change: Partial<ProofClaims> = {},
  ): Record<string, string> {
    const toSign = proofToSign(publicKey, {
      jti: newId(),
      htm: method,
      htu: `${url}${path}`,
      iat: Math.floor(Date.now() / 1000),
      ath: tokenDigest(token),
      nonce,
      ...change,
    })
    const signature = sign(null, Buffer.from(toSign), privateKey).toString('base64')
    return {
      authorization: `DPoP ${token}`,
      [PROOF_HEADER]: signedProof(toSign, signature),
      [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
    }
  }

  function heard<Answer extends { readonly headers: Headers }>(answer: Answer): Answer {
    nonce = answer.headers.get(PROOF_NONCE_HEADER) ?? nonce
    return answer
  }

  return {
    headers,
    heard,
    async fetch(path, token, { method = 'POST', headers: more = {}, ...rest } = {}) {
      const ask = async () =>
        heard(
          await fetch(`${url}${path}`, {
            ...rest,
            method,
            headers: { ...headers(method, path, token), ...more },
          }),
        )
      const shown = nonce
      const response = await ask()
      return response.status === 401 && nonce !== shown ? ask() : response
    },
  }
}
