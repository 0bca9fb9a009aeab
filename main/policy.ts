import { SIGN_IN_PATH } from '#app/protocol/index.ts'
import { isAdmittedServer } from './settings.ts'

// Deny by default: what the window may do, whoever asks.

export const CLIENT_SCHEME = 'app'
export const CLIENT_ORIGIN = 'app://rounds'

/** The frame that sent a message, as far as it matters. */
export type Frame = { readonly origin: string; readonly parent: unknown }

/** Our page, in the top frame; a frame that is gone (null) has no say. */
export function isOwnFrame(frame: Frame | null): boolean {
  return frame !== null && frame.parent === null && frame.origin === CLIENT_ORIGIN
}

/** The window stays on our own page: links lead nowhere else, and no page is loaded from another place. */
export function mayNavigate(address: string): boolean {
  return isOwnAddress(address)
}

/** The one page that the person's own browser is sent to: the server's, where people sign their device in. */
export function mayOpenOutside(address: string, server: string): boolean {
  if (!URL.canParse(address) || !URL.canParse(server) || !isAdmittedServer(address)) return false
  const { origin, pathname, search, username, password } = new URL(address)
  return (
    origin === new URL(server).origin && pathname === SIGN_IN_PATH && `${search}${username}${password}` === ''
  )
}

// Chromium asks before a page reaches a server of the local network; the policy of the page names the only one it may
// reach. Storage must not be evicted. Copying text needs no question.
const admittedPermissions: ReadonlySet<string> = new Set([
  'clipboard-sanitized-write',
  'local-network',
  'local-network-access',
  'loopback-network',
  'persistent-storage',
])

export function mayUse(permission: string, origin: string): boolean {
  return admittedPermissions.has(permission) && isOwnAddress(origin)
}

/** By scheme and host: the `origin` of an address with a scheme of one's own is the text "null" outside the browser. */
export function isOwnAddress(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, host, username, password, port } = new URL(address)
  return `${protocol}//${host}` === CLIENT_ORIGIN && `${username}${password}${port}` === ''
}
