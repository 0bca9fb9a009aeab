import type { Id, Json, Sensitivity } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { HumanName, Identifier } from '#app/values/index.ts'
import type { Fault } from '../ack.ts'
import type { FeedSettings } from '../feed-config.ts'
import type { Header } from '../header.ts'
import type { Message } from '../parse/message.ts'

// What a mapping answers: what a message says, in the words of our modules, before anybody has looked which records
// there are. Pure data.

/** How the record that a message speaks of is found. */
export type Identity =
  /** By any of its identifiers; two patients, or a person who can't be the same, is a conflict for people to decide. */
  | {
      readonly by: 'identifiers'
      readonly identifiers: readonly Identifier[]
      readonly names: readonly HumanName[]
      readonly birthDate: string | null
    }
  /**
   * Its id derives from the cause, and from the record that `of` labels: it is the same at every delivery. Where there
   * are `numbers`, a record that carries one of them already (of that same patient, where `of` is given) comes first.
   */
  | {
      readonly by: 'cause'
      readonly cause: readonly Json[]
      readonly of: string | null
      /** Its id derives from that one, too, by label: the same of another visit is another record. */
      readonly within?: string | null
      readonly numbers?: readonly Identifier[]
      /** All that it may be called, strongest first: any of them may know it, and none may mean another. */
      readonly names?: readonly Name[]
      /** The record may still be another patient's, by label, or anybody's who has one of the numbers: it moves. */
      readonly from?: string | null
    }

/** What a record is called: by a number, or by one that several share and by when it began. */
export type Name = {
  readonly number: Identifier
  readonly began?: string | undefined
  /** Of what was made by this name alone. */
  readonly cause: readonly Json[]
  readonly place: string
}

/** Names another intent of the message; `optional`: only when that record is there already. */
export type Link = { readonly label: string; readonly optional: boolean }

export type Intent = {
  readonly label: string
  readonly module: ModuleName
  readonly identity: Identity
  /** What the message states: an absent field is no news, null is "stated to be empty". */
  readonly set: Readonly<Record<string, Json>>
  /** What a new record has beside that. Null: such a record is not made, only linked to. */
  readonly create: Readonly<Record<string, Json>> | null
  readonly links: Readonly<Record<string, Link>>
  /** Fields that the message adds to, where others replace: what the feed said before stays. */
  readonly adds: readonly string[]
  /** Fields that are emptied where they still hold this, as this feed said it. */
  readonly takesAway?: Readonly<Record<string, Json>>
  /** A record whose status stands higher is not touched: an older message never returns. */
  readonly ranks: Readonly<Record<string, number>> | null
  /** Where in the message each field stands, for the dead letter. */
  readonly places: Readonly<Record<string, string>>
  /** The message waits for a person whatever is there: why, in words. */
  readonly awaits?: { readonly why: string }
  /** The message takes something back: where the record is not known, it waits for a person. What, in words. */
  readonly takesBack?: string
  /** What its place in the message says that it tells of. */
  readonly sensitivities?: readonly Sensitivity[]
  /** A record that is there is written to, and none is made. */
  readonly onlyKnown?: true
  /** A record that is there is linked to and left as it is. */
  readonly onlyNew?: true
  /** Fields of which the latest word of the sender counts, by the source time, whatever the order of receipt. */
  readonly dated?: 'by-source-time'
}

/** Null: where the field is empty. */
export type Among = { readonly field: string; readonly any: readonly (string | null)[] }

/** What a message does to records as such: patients that become one, visits that go to another. By labels of intents. */
export type Operation =
  | { readonly type: 'merge-patients'; readonly into: string; readonly from: string }
  /** The number goes to another patient, and with it what was kept under it. */
  | {
      readonly type: 'move-identifiers'
      readonly into: string
      readonly from: string
      readonly identifiers: readonly Identifier[]
    }
  /** What carries the prior number belongs to `to` from now on, under the number `now`. */
  | {
      readonly type: 'merge-visits' | 'move-visits'
      readonly prior: Identifier
      readonly now: Identifier | null
      readonly from: string | null
      readonly to: string
      readonly place: string
    }
  /** The records of a kind that this feed said of the patient before, and does not say any more, have ended. */
  | {
      readonly type: 'snapshot'
      readonly module: ModuleName
      readonly of: string
      readonly kept: readonly string[]
      readonly ended: Readonly<Record<string, Json>>
      /** Only records that hold any of these, in each of the fields: two segments may fill one kind, each its own. */
      readonly among?: readonly Among[]
      /** Only records of that visit, by label; null: of none. */
      readonly visit?: string | null
    }
  /** The patient has died: what is planned for them is to be called off. */
  | { readonly type: 'call-off'; readonly of: string }
  | { readonly type: 'link'; readonly one: string; readonly other: string }
  | { readonly type: 'unlink'; readonly one: string; readonly other: string }

export type MappedParts = {
  readonly intents: readonly Intent[]
  readonly operations: readonly Operation[]
}

/** Several parts of one message as one. */
export function together(parts: readonly MappedParts[]): MappedParts {
  return mapping(
    parts.flatMap(({ intents }) => intents),
    parts.flatMap(({ operations }) => operations),
  )
}

export function mapping(intents: readonly Intent[], operations: readonly Operation[] = []): MappedParts {
  return { intents, operations }
}

/** `hash`: SHA-256 of the bytes, in hex. */
export type MappedFile = { readonly hash: string; readonly bytes: Uint8Array }

export type Mapped = {
  /** Of the mapping that read it. */
  readonly version: number
  readonly intents: readonly Intent[]
  readonly operations: readonly Operation[]
  /** Places that hold something which could not be read; the rest was. */
  readonly unread: readonly string[]
  /** Documents that the message brings, which its records name by their hashes. */
  readonly files: readonly MappedFile[]
}

export type MappingContext = {
  readonly settings: FeedSettings
  readonly header: Header
  readonly siteId: Id
  /**
   * The message is shown by itself (`convert`), so a patient or a visit without a usable number is shown too. In the
   * records nobody could find such a one again, and it is not made.
   */
  readonly alone: boolean
  /** When the message came in: stands in where the sender gives no time. */
  readonly receivedAt: string
  /** Notes a place that could not be read. */
  unread(place: string): void
  /** Takes the bytes of a document that a record names. */
  file(file: MappedFile): void
}

/** Throws `MappingFailed` where what must be known can't be read: why in words, and where; never what stands there. */
export type Mapping = (message: Message, context: MappingContext) => MappedParts

export class MappingFailed extends Error {
  readonly fault: Fault

  constructor(why: string, place: string) {
    super(`${why} (${place})`)
    this.name = 'MappingFailed'
    this.fault = { code: 'hl7.unmapped', facts: { why, place } }
  }
}

/**
 * What a message says: the members that are not undefined. Values of our schemas are JSON, which their optional members
 * hide from the type system.
 */
export function stated(record: Readonly<Record<string, unknown>>): Record<string, Json> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Record<
    string,
    Json
  >
}
