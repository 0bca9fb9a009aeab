import { AppError, err, ok } from '#app/kernel/index.ts'
import type { Id, Result } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { InboxSummary, StoredDocument } from '../../../store/contract.ts'
import type { Fault } from '../../ack.ts'
import type { Feed } from '../../feed-config.ts'
import { bytesOf, linesOf } from '../../lines.ts'
import { parseMessage } from '../../parse/message.ts'
import { messageTree } from '../../parse/tree.ts'
import type { MessageTree } from '../../parse/tree.ts'
import { candidatesOf } from '../identity/candidates.ts'
import type { Candidate } from '../identity/candidates.ts'
import type { DeadLetterParts, DeadLetters } from './dead-letters.ts'
import type { DryRun } from './dry-run.ts'
import { decisionIn } from '../identity/identity.ts'
import { tryMessage } from './try-message.ts'
import type { Trial } from './try-message.ts'

// Messages as a person works on them: opened as lines and as a tree, corrected by lines, tried. What it answers is PHI;
// the console decides who may ask.

export type OpenedMessage = {
  readonly summary: InboxSummary
  readonly lines: readonly string[]
  readonly encoding: string
  /** Null where it is no HL7. */
  readonly tree: MessageTree | null
  /** Of a parked message: whom it may be about. */
  readonly candidates: readonly Candidate[]
}

/** A record that an applied message speaks of, and the fields that still hold what it said. */
export type Written = DryRun['changes'][number] & { readonly stillThere: readonly string[] }

export type Tried = Trial & Pick<OpenedMessage, 'encoding' | 'tree'>

export type Workbench = {
  open(sequence: number): Promise<OpenedMessage>
  dryRun(
    sequence: number,
    how: { readonly lines?: readonly string[] | undefined; readonly patientId?: Id | undefined },
  ): Promise<Result<DryRun, Fault>>
  correct(sequence: number, lines: readonly string[]): Promise<Result<{ readonly sequence: number }, Fault>>
  /** Found as applying finds them, so a record that has moved since is told where it is now. */
  written(sequence: number): Promise<readonly Written[]>
  try(feed: Feed, lines: readonly string[]): Promise<Result<Tried, Fault>>
}

export function createWorkbench(parts: DeadLetterParts, letters: DeadLetters): Workbench {
  const { store, feeds } = parts

  async function feedOfMessage(sequence: number): Promise<Feed | null> {
    const [summary] = await store.inbox.summaries([sequence])
    if (summary === undefined) throw new AppError('hl7.no-such-message', { sequence })
    return feeds.byId(summary.feedId)
  }

  async function written(sequence: number): Promise<readonly Written[]> {
    const entry = await store.inbox.entry(sequence)
    if (entry === null) throw new AppError('hl7.no-such-message', { sequence })
    if (entry.state !== 'applied') return []
    const run = await letters.dryRun(sequence, undefined, decisionIn(entry.facts))
    if (!run.ok) return []
    return Promise.all(
      run.value.changes.map(async (change) => {
        const document = await documentOf(change)
        const stamps = Object.entries(document?.body.stamps ?? {})
        const still = stamps.filter(([, stamp]) => stamp.origin === 'feed' && stamp.message === entry.id)
        return { ...change, stillThere: still.map(([field]) => field).toSorted() }
      }),
    )
  }

  async function documentOf({ module, id }: DryRun['changes'][number]): Promise<StoredDocument | undefined> {
    const { collection } = modules[module]
    return (await store.snapshot((read) => read.documents(collection, [id])))[0]
  }

  return {
    async open(sequence) {
      const letter = await letters.view(sequence)
      if (letter === null) throw new AppError('hl7.no-such-message', { sequence })
      const { summary } = letter
      const bytes = Buffer.from(letter.raw)
      const feed = feeds.byId(summary.feedId)
      const parsed = parseMessage(bytes, () => feed?.settings.charset ?? null)
      const message = parsed.ok ? parsed.value : null
      const isUndecided = summary.state === 'parked' && message !== null && feed !== null
      return {
        summary,
        lines: linesOf(bytes, message),
        encoding: message?.charset.encoding ?? 'bytes',
        tree: letter.tree,
        candidates: isUndecided ? await candidatesOf(parts, message, feed) : [],
      }
    },
    async dryRun(sequence, { lines, patientId }) {
      const feed = await feedOfMessage(sequence)
      const decision = patientId === undefined ? {} : { patientId }
      if (lines === undefined) return letters.dryRun(sequence, undefined, decision)
      const bytes = bytesOf(lines, feed?.settings.charset ?? null)
      return bytes.ok ? letters.dryRun(sequence, bytes.value, decision) : bytes
    },
    async correct(sequence, lines) {
      const feed = await feedOfMessage(sequence)
      const bytes = bytesOf(lines, feed?.settings.charset ?? null)
      return bytes.ok ? letters.correct(sequence, bytes.value) : bytes
    },
    written,
    async try(feed, lines) {
      const bytes = bytesOf(lines, feed.settings.charset)
      if (!bytes.ok) return err(bytes.error)
      const trial = await tryMessage(parts, feed, bytes.value)
      const { message } = trial
      const tree = message === null ? null : messageTree(message)
      return ok({ ...trial, encoding: message?.charset.encoding ?? 'bytes', tree })
    },
  }
}
