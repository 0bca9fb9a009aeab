import { setNonce } from 'get-nonce'
import { z } from 'zod'

// Imported first of all: the content security policy forbids eval and markup made from text.
z.config({ jitless: true })

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
setNonce(nonce)

export function styleNonce(): string {
  return nonce
}

type PolicyFactory = {
  createPolicy(name: string, rules: { createHTML(text: string): string | null }): unknown
}
const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory }
// Mantine writes its style sheets through `innerHTML` of style tags; they hold no tag, and anything that does is refused.
trustedTypes?.createPolicy('default', { createHTML: (text) => (text.includes('<') ? null : text) })
