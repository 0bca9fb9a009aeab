import type { Site } from './passkeys.ts'

/** Where somebody without a session comes from. */
export type Visitor = {
  readonly address: string
  readonly site: Site
  /** The single sign-on that this browser has begun, as its cookie names it; null: none. */
  readonly flow: string | null
}
