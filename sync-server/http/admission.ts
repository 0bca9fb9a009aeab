/** The desktop client's page comes from its own scheme; no web page can claim this origin. */
export const desktopOrigin = 'app://rounds'

/** What a request says of where it goes and where it comes from. */
export type Whereabouts = { readonly host: string | undefined; readonly origin: string | undefined }

/**
 * The `Host` values this server answers to: loopback and its own address, with its port, and the configured names. A
 * page that points its own name at this machine (DNS rebinding) sends that name.
 */
export function ownHosts(address: string, port: number, names: readonly string[]): ReadonlySet<string> {
  const own = ['127.0.0.1', 'localhost', '[::1]', address.includes(':') ? `[${address}]` : address]
  return new Set([...own.map((name) => `${name}:${port}`), ...names.map((name) => name.toLowerCase())])
}

/** Whether to answer at all. A request without an `Origin` comes from no other page. */
export function admits(hosts: ReadonlySet<string>, { host, origin }: Whereabouts): boolean {
  if (host === undefined || !hosts.has(host.toLowerCase())) return false
  if (origin === undefined || origin === desktopOrigin) return true
  if (!URL.canParse(origin)) return false
  const { protocol, host: from } = new URL(origin)
  return (protocol === 'http:' || protocol === 'https:') && hosts.has(withPort(protocol, from))
}

/** An origin leaves its scheme's own port out, a `Host` of this server may not. */
function withPort(protocol: string, host: string): string {
  return protocol === 'http:' && !/:\d+$/.test(host) ? `${host}:80` : host
}
