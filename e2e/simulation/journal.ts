import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { FaultKind } from './faults.ts'
import type { DiskContent } from './seat.ts'

/**
 * One edit of one field as a person made it: what stood there, and what was written. Every value that a person makes up
 * is told apart from every other. `set` fields grow by one value; `settle` is a decision about two values that are in
 * the ledger; a `feed` knows nothing of what stood there but its own last word.
 */
export type JournalEntry = {
  readonly client: string
  readonly number: number
  readonly module: ModuleName
  readonly id: Id
  readonly field: string
  readonly rule: 'last-writer' | 'set' | 'create' | 'settle' | 'feed'
  readonly seen: string | null
  readonly written: string
}

/** A file that a person attached to a letter. */
export type AttachedFile = {
  readonly client: string
  /** Of the letter. */
  readonly id: Id
  readonly hash: string
}

/** What a thread tells the simulation. An edit is intended before it is written and acknowledged when it is durable. */
export type ClientMessage =
  | { readonly type: 'ready'; readonly deviceId: Id }
  | { readonly type: 'fault'; readonly kind: FaultKind }
  | { readonly type: 'intended'; readonly entry: JournalEntry }
  | { readonly type: 'acknowledged'; readonly client: string; readonly number: number }
  | { readonly type: 'withdrawn'; readonly client: string; readonly number: number }
  | { readonly type: 'attached'; readonly file: AttachedFile }
  | { readonly type: 'found'; readonly what: string }
  | { readonly type: 'ran' }
  | { readonly type: 'settled' }
  | { readonly type: 'stopped' }
  | { readonly type: 'content'; readonly content: ReplicaContent }
  | { readonly type: 'holding'; readonly holding: Holding }
  | { readonly type: 'files'; readonly files: FilesHere }
  | { readonly type: 'evicted'; readonly evicted: readonly Evicted[] }
  | { readonly type: 'disk'; readonly disk: DiskContent }
  | { readonly type: 'failed'; readonly why: string }

/** All that a replica shows, for comparison with another. */
export type ReplicaContent = {
  readonly login: string
  /** Canonical JSON by `module/id`, removed records too. */
  readonly documents: ReadonlyMap<string, string>
  /** Changed values that the server refused, as JSON. */
  readonly quarantine: readonly string[]
}

/** What a device could bring back to a server that has lost it. */
export type Holding = {
  /** Of each record, as JSON, what its user may write; by `module/id`. */
  readonly documents: ReadonlyMap<string, string>
  /** Hashes of files that lie here whole, and that a letter here names: what its user took off leaves with its sending. */
  readonly files: ReadonlySet<string>
}

/** The files of a device, as its book and its disk have them. */
export type FilesHere = {
  readonly files: readonly FileHere[]
  /** Pieces on the disk that belong to none of them. */
  readonly strays: number
}

export type FileHere = {
  readonly hash: string
  readonly kept: boolean
  readonly sent: boolean
  /** A letter has named it. */
  readonly carried: boolean
  /** The letters of this device that name it, as `module/id`. */
  readonly carriers: readonly string[]
  /** What came of reading it, where a letter names it and it is here or to be kept here. */
  readonly read: 'right' | 'wrong' | 'not had' | 'not asked'
}

/** A record that left a device which has given its receipt, and how many pages of its disk still hold what was in it. */
export type Evicted = { readonly id: Id; readonly pages: number }

/** What the simulation asks of a thread. */
export type ClientOrder =
  | { readonly type: 'run'; readonly milliseconds: number }
  | { readonly type: 'network'; readonly online: boolean }
  /** The laptop's clock is this far off from now on, in milliseconds. */
  | { readonly type: 'clock'; readonly skew: number }
  | { readonly type: 'settle' }
  /** Its person is shown out for good, and does not introduce it again. */
  | { readonly type: 'stay-away' }
  /** Waits until the server has told this device that it may come no more. */
  | { readonly type: 'await-stop' }
  /** `also`: records to look at that no list shows, as `module/id`. */
  | { readonly type: 'content'; readonly also: readonly string[] }
  | { readonly type: 'hold'; readonly also: readonly string[] }
  | { readonly type: 'look-at-files' }
  | { readonly type: 'look-at-evicted' }
  /** Dies in the middle of its next write, and hands over what was on its disk. */
  | { readonly type: 'crash'; readonly effect: 'done' | 'undone' }
  /** Works on until its disk takes no more, and hands over what is on it. */
  | { readonly type: 'fill-disk' }
  /** Locks the replica as a person does, and hands over the disk. */
  | { readonly type: 'lock' }
