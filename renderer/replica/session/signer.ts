import type { HostBridge } from '#app/host/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { newId } from '#app/kernel/index.ts'
import { proofToSign, signedProof, tokenDigest } from '#app/protocol/index.ts'

/** The part of the machine that proves who this device is. */
export type Signer = {
  /** Ed25519, base64. */
  publicKey(): Promise<string>
  sign(text: string): Promise<string>
}

export function hostSigner(host: HostBridge, replicaId: Id): Signer {
  let publicKey: Promise<string> | undefined
  return {
    publicKey() {
      publicKey ??= host.call('deviceKey', { replicaId }).then((answer) => answer.publicKey)
      return publicKey
    },
    sign: async (text) => (await host.call('sign', { replicaId, text })).signature,
  }
}

type Proven = {
  readonly signer: Signer
  readonly token: string
  readonly method: 'GET' | 'POST'
  readonly address: string
  /** What the server said last; empty at first, and then it says it. */
  readonly nonce: string
}

/** Shows for one request that the token is in the hands of its device. */
export async function proofOf({ signer, token, method, address, nonce }: Proven): Promise<string> {
  const toSign = proofToSign(await signer.publicKey(), {
    jti: newId(),
    htm: method,
    htu: address,
    iat: Math.floor(Date.now() / 1000),
    ath: tokenDigest(token),
    nonce: nonce === '' ? 'none' : nonce,
  })
  return signedProof(toSign, await signer.sign(toSign))
}
