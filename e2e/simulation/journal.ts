import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { DiskContent } from './seat.ts'

/**
 * One edit of one field as a person made it: what stood there, and what was written. Every written value is told apart
 * from every other. `set` fields grow by one value.
 */
export type JournalEntry = {
  readonly client: string
  readonly number: number
  readonly module: ModuleName
  readonly id: Id
  readonly field: string
  readonly rule: 'last-writer' | 'set' | 'create'
  readonly seen: string | null
  readonly written: string
}

/** What a thread tells the simulation. An edit is intended before it is written and acknowledged when it is durable. */
export type ClientMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'intended'; readonly entry: JournalEntry }
  | { readonly type: 'acknowledged'; readonly client: string; readonly number: number }
  | { readonly type: 'withdrawn'; readonly client: string; readonly number: number }
  | { readonly type: 'ran' }
  | { readonly type: 'settled' }
  | { readonly type: 'content'; readonly content: ReplicaContent }
  | { readonly type: 'disk'; readonly disk: DiskContent }
  | { readonly type: 'failed'; readonly why: string }

/** All that a replica shows, for comparison with another. */
export type ReplicaContent = {
  readonly login: string
  /** Canonical JSON by `module/id`. */
  readonly documents: ReadonlyMap<string, string>
  /** Changed values that the server refused, as JSON. */
  readonly quarantine: readonly string[]
}

/** What the simulation asks of a thread. */
export type ClientOrder =
  | { readonly type: 'run'; readonly milliseconds: number }
  | { readonly type: 'network'; readonly online: boolean }
  | { readonly type: 'settle' }
  | { readonly type: 'content' }
  /** Dies in the middle of its next write, and hands over what was on its disk. */
  | { readonly type: 'crash'; readonly effect: 'done' | 'undone' }
