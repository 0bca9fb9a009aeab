import type { Id } from '#app/kernel/index.ts'

/** What the page tells its driver at once, over the debugger's line: what was heard before a kill was true before it. */
export type Told =
  /** Enrolment has its keys and speaks to the server. */
  | { readonly type: 'signing-in' }
  /** The replica called this written. */
  | {
      readonly type: 'saved'
      readonly writer: number
      readonly id: Id
      readonly mark: string
      readonly isNew: boolean
    }
  /** A transaction of IndexedDB has begun to take something off the disk, or has ended. */
  | { readonly type: 'removing' | 'settled'; readonly transaction: number }
  /** Pages of an older version begin to be written again, or all of them were. */
  | { readonly type: 'rewriting' | 'rewritten' }
  | { readonly type: 'failed'; readonly why: string }

declare global {
  /** Put there by the driver. */
  var told: ((what: Told) => Promise<void>) | undefined
}

export function tell(what: Told): void {
  void globalThis.told?.(what)
}
