import { setNonce } from 'get-nonce'

// The server puts a fresh nonce into each answer's policy and into this tag; style tags made at run time carry it.
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
setNonce(nonce)

export function styleNonce(): string {
  return nonce
}
