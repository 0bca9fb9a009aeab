/** The desktop client's page comes from its own scheme; no web page can claim this origin. */
export const desktopOrigin = 'app://rounds'

/** What a request says of where it goes and where it comes from. */
export type Whereabouts = {
  readonly host: string | undefined
  readonly origin: string | undefined
  /** Of the request itself: `http:` or `https:`. */
  readonly protocol: string
}

/**
 * The `Host` values this server answers to: loopback and its own address, with its port, and the configured names. A
 * page that points its own name at this machine (DNS rebinding) sends that name.
 */
export function ownHosts(address: string, port: number, names: readonly string[]): ReadonlySet<string> {
  const own = ['127.0.0.1', 'localhost', '[::1]', address.includes(':') ? `[${address}]` : address]
  return new Set([...own.map((name) => `${name}:${port}`), ...names.map((name) => name.toLowerCase())])
}

/** Whether to answer at all. A request without an `Origin` comes from no other page. */
export function admits(hosts: ReadonlySet<string>, { host, origin, protocol }: Whereabouts): boolean {
  if (host === undefined || !named(hosts, protocol, host.toLowerCase())) return false
  if (origin === undefined || origin === desktopOrigin) return true
  if (!URL.canParse(origin)) return false
  const from = new URL(origin)
  const isWeb = from.protocol === 'http:' || from.protocol === 'https:'
  return isWeb && named(hosts, from.protocol, from.host)
}

/** Browsers leave a scheme's own port out, in an `Origin` as in a `Host`; our own names hold it. */
export function named(hosts: ReadonlySet<string>, protocol: string, host: string): boolean {
  if (hosts.has(host)) return true
  return !/:\d+$/.test(host) && hosts.has(`${host}:${protocol === 'https:' ? 443 : 80}`)
}
