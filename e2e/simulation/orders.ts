import type { Grant } from '#app/access/index.ts'

/** What the simulation asks of a server that it runs, past what the console offers. */
export type ServerOrder =
  /** One commit: a person is somewhere else from now on. */
  | { readonly type: 'move'; readonly grants: readonly Grant[] }
  /** Forgets all history that a replica which is not away does not need. */
  | { readonly type: 'forget-history' }
