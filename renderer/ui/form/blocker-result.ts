/** What `useBlocker` of the router answers with a resolver, as far as the guard needs it. */
export type UseBlockerResult = {
  readonly status: 'idle' | 'blocked'
  readonly proceed: (() => void) | undefined
  readonly reset: (() => void) | undefined
}
