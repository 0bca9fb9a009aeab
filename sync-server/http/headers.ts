import { desktopOrigin } from './admission.ts'
import { PROOF_HEADER, PROOF_NONCE_HEADER, PROTOCOL_HEADER } from '#app/protocol/index.ts'

/** On every answer, whatever it is. */
const always = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), ' +
    'microphone=(), midi=(), payment=(), serial=(), usb=()',
} as const

/** What is not a page may load, run and be framed by nothing. */
const barePolicy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

/** Once it was reached by HTTPS, a browser comes to it and to what is below its name by nothing else for two years (RFC 6797). */
const onlyHttps = { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } as const

export function alwaysHeaders({
  encrypted,
}: {
  readonly encrypted: boolean
}): Readonly<Record<string, string>> {
  return { ...always, 'content-security-policy': barePolicy, ...(encrypted ? onlyHttps : {}) }
}

/** For the desktop client's page alone: it comes from another origin than the server. No cookies are ever involved. */
export function corsHeaders(origin: string | undefined): Readonly<Record<string, string>> {
  if (origin !== desktopOrigin) return {}
  return {
    'access-control-allow-origin': desktopOrigin,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': `authorization, content-type, ${PROOF_HEADER}, ${PROTOCOL_HEADER}`,
    'access-control-expose-headers': PROOF_NONCE_HEADER,
    'access-control-max-age': '600',
    'cross-origin-resource-policy': 'cross-origin',
    vary: 'origin',
  }
}
