/** Where the answer to a request comes from: the cached page, a cached asset, or the network untouched. */
export type Answer = 'page' | 'asset' | 'network'

export type Asked = { readonly method: string; readonly url: string; readonly navigates: boolean }

/**
 * Code only is ever cached: the page at the root of the scope and the assets of this build. All else goes to the
 * network as if there were no service worker: `/sync`, `/console`, health checks, other origins.
 */
export function answerFor(asked: Asked, scope: string, assets: ReadonlySet<string>): Answer {
  if (asked.method !== 'GET') return 'network'
  const url = new URL(asked.url)
  const home = new URL(scope)
  if (url.origin !== home.origin || !url.pathname.startsWith(home.pathname)) return 'network'
  const path = url.pathname.slice(home.pathname.length)
  if (asked.navigates) return path === '' || path === 'index.html' ? 'page' : 'network'
  return assets.has(path) ? 'asset' : 'network'
}
