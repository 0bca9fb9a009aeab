import type { CollectionName, ErrorFacts, Id } from '#app/kernel/index.ts'

/** Who acts, and where the request came from (FHIR: AuditEvent.agent). Whatever does something for them is told this, not an id alone. */
export type AuditAgent = {
  /** A user, a feed, or `server`. */
  readonly actor: string
  readonly deviceId?: Id | undefined
  readonly address?: string | undefined
  /** Why. */
  readonly purpose?: string | undefined
}

/** Records in which these fields have other values now; the values are not told. */
export type FieldChange = { readonly ids: readonly Id[]; readonly fields: readonly string[] }

/** One entry for a page or a batch: it names every document it is about, and no content. */
export type NewAuditEntry = AuditAgent & {
  readonly at: string
  /** What was done, such as `pull`, `push`, `sign-in`. */
  readonly action: string
  readonly collection?: CollectionName | undefined
  readonly ids?: readonly Id[] | undefined
  /** Of what was written: a record stands once. */
  readonly changes?: readonly FieldChange[] | undefined
  /** How it ended. */
  readonly outcome?: string | undefined
  readonly facts?: ErrorFacts | undefined
}

export type AuditEntry = NewAuditEntry & { readonly seq: number }

/** A link of the chain as it is stored: `hash` = SHA-256(previous hash + canonical JSON of the link's other members). */
export type AuditLink = {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly action: string
  /** Everything else, sealed; base64. */
  readonly sealed: string
  readonly hash: string
}

export type AuditStore = {
  /** Durable when it resolves; appends that meet share one commit. For writes, stage the entry instead. */
  append(entry: NewAuditEntry): Promise<void>
  /** Opened entries, latest first. */
  read(page: { readonly before?: number | undefined; readonly limit: number }): Promise<readonly AuditEntry[]>
  /** Stored links after a number, in order: for verification. */
  links(page: { readonly after: number; readonly limit: number }): Promise<readonly AuditLink[]>
  /** Keys the hashes of what people search (`termOf`): the same as long as the organisation lives, base64. */
  termKey(): Promise<string>
  /** Where the chain ends, authenticated by a key; `authentic` is false when the end itself was changed. */
  head(): Promise<{ readonly seq: number; readonly hash: string; readonly authentic: boolean }>
}
