import { useHash } from '@mantine/hooks'

/**
 * Where in the console somebody is, as the hash of its address: the page, then what it shows (`messages`, `4711`). Numbers
 * and ids only; the session is never part of it.
 */
export type Route = readonly [page: string, ...rest: string[]]

export function useRoute(): { readonly route: Route; readonly go: (...route: Route) => void } {
  const [hash, setHash] = useHash({ getInitialValueInEffect: false })
  const [page = '', ...rest] = hash.replace(/^#/, '').split('/').map(decodeURIComponent)
  return { route: [page, ...rest], go: (...route) => setHash(addressOf(...route)) }
}

export function addressOf(...route: Route): string {
  return `#${route.map(encodeURIComponent).join('/')}`
}
