import type { AnyDocument, AnyModule, Conflict, ErrorCode, Id, Reference } from '#app/kernel/index.ts'
import type { StoredBody, StoredDocument } from '../../store/contract.ts'
import type { ClientActor, PersonActor } from '../actor.ts'
import type { TeamsOf } from '../care-teams.ts'

/** The state the author started from: none for a new document, `unknown` where the server no longer has it. */
export type Base = Readonly<Record<string, unknown>> | 'none' | 'unknown'

export type PushQuestion = {
  readonly module: AnyModule
  /** Checked against the view schema of the module. */
  readonly view: AnyDocument
  readonly rev: string
  readonly edit: string
  readonly current: StoredDocument | null
  readonly base: Base
  /** The rev is of another life of the data: a backup was put back, and the author's copy may know more than it. */
  readonly fromAnotherLife: boolean
  /** What the author changed may have been sent before, and answered: it counts as changed on both sides. */
  readonly unsure: boolean
  readonly actor: PersonActor | ClientActor
  readonly now: string
  /** The system that will be asked to take a value of this field, see `Follower`. */
  asks(field: string, value: unknown): string | null
  /** Whether a patient whom this one names may not be reached out to any more, of what was done then. */
  beyondReach(patientId: Id, at: string | null): boolean
  readonly teamsOf: TeamsOf
  /** How a document that this one refers to stands, as far as the author may know. */
  parent(reference: Reference): 'here' | 'removed' | 'absent'
}

export type Decision =
  | {
      readonly outcome: 'applied' | 'merged'
      readonly body: StoredBody
      /** New entries of the ledger, and entries whose state is another now. */
      readonly conflicts: readonly Conflict[]
    }
  | { readonly outcome: 'unchanged' }
  | { readonly outcome: 'refused'; readonly code: ErrorCode; readonly field?: string }

export function refused(code: ErrorCode, field?: string): Decision {
  return { outcome: 'refused', code, ...(field === undefined ? {} : { field }) }
}
