/** Stands in the client's index.html; whoever serves the page replaces it with a fresh nonce for each load. */
export const NONCE_PLACE = '__ROUNDS_NONCE__'

export type PolicyInput = {
  /** Fresh for each load, base64. */
  readonly nonce: string
  /** Origins beside its own that the client may speak to: the enrolled server, where the page comes from elsewhere. */
  readonly connect?: readonly string[]
}

/**
 * The client's content security policy. No inline script or style without the nonce, no eval; WebAssembly for libsodium;
 * text becomes code through the client's one Trusted Types policy only. Workers inherit it by the header of their script.
 */
export function clientPolicy({ nonce, connect = [] }: PolicyInput): string {
  return [
    `default-src 'none'`,
    `script-src 'self' 'wasm-unsafe-eval'`,
    `style-src 'self' 'nonce-${nonce}'`,
    // React sets positions and widths through the style attribute's object model, which needs no permission.
    `style-src-attr 'none'`,
    `img-src 'self' blob: data:`,
    `font-src 'self'`,
    `connect-src ${["'self'", ...connect].join(' ')}`,
    `worker-src 'self'`,
    `manifest-src 'self'`,
    `base-uri 'none'`,
    `form-action 'none'`,
    `frame-ancestors 'none'`,
    `object-src 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types default`,
  ].join('; ')
}
