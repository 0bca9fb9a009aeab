import { permissionFor } from '#app/access/index.ts'
import type { Subject } from '#app/access/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DryRun as Run } from '../../hl7/index.ts'
import type { ConsoleHandlers } from '../console-api.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'
import type { Reason, WouldChange } from '../protocol/hl7.ts'
import { writeDown } from '../write-down.ts'
import { causeId, waitingCauses } from './causes.ts'
import { noteDeed } from './hl7-parts.ts'
import type { Hl7Parts } from './hl7-parts.ts'
import { reasonOf } from './reason.ts'
import type { ReplayJobs } from './replay-jobs.ts'

type RepairCall =
  | 'hl7-dry-run'
  | 'hl7-correct'
  | 'hl7-decide'
  | 'hl7-force'
  | 'hl7-replay'
  | 'hl7-job'
  | 'hl7-cancel'

/** Putting right: trying, correcting, deciding, applying again. */
export function repairHandlers(parts: Hl7Parts, jobs: ReplayJobs): Pick<ConsoleHandlers, RepairCall> {
  const { store, hl7 } = parts
  return {
    'hl7-dry-run': async ({ sequence, lines, patientId }, caller) => {
      await noteDeed(parts, caller, 'tried', [sequence])
      const run = await hl7.workbench.dryRun(sequence, { lines, patientId })
      if (!run.ok) return { taken: false, reason: reasonOf(run.error) }
      await writeDown(parts, caller, { action: 'hl7-dry-run', ids: run.value.changes.map(({ id }) => id) })
      return described(run.value, caller.subject, instant(parts.clock))
    },
    'hl7-correct': async ({ sequence, lines }, caller) => {
      const corrected = await hl7.workbench.correct(sequence, lines)
      if (!corrected.ok) return { taken: false, reason: reasonOf(corrected.error) }
      await noteDeed(parts, caller, 'corrected', [sequence])
      return { taken: true, sequence: corrected.value.sequence }
    },
    'hl7-decide': async ({ sequence, patientId }, caller) => {
      const decided = await hl7.deadLetters.decide(sequence, patientId, caller)
      if (decided) await noteDeed(parts, caller, 'decided', [sequence])
      return { decided }
    },
    'hl7-force': async ({ sequence }, caller) => {
      await noteDeed(parts, caller, 'forced', [sequence])
      return { forced: await hl7.deadLetters.replay(sequence, { forced: true }) }
    },
    'hl7-replay': async (wanted, caller) => {
      const sequences = 'cause' in wanted ? await ofCause(wanted.cause) : wanted.sequences
      await noteDeed(parts, caller, 'replayed', sequences)
      return jobs.start(sequences)
    },
    'hl7-job': async ({ job }) => jobs.of(job),
    'hl7-cancel': async ({ job }, caller) => {
      await writeDown(parts, caller, { action: 'hl7-cancel', ids: [job] })
      return jobs.cancel(job)
    },
  }

  async function ofCause({ feedId, state, reason }: Wanted): Promise<readonly number[]> {
    const id = causeId(feedId, state, reason)
    const { causes } = await waitingCauses(store.inbox)
    return causes.find((cause) => cause.id === id)?.sequences ?? []
  }
}
type Wanted = { readonly feedId: Id; readonly state: 'dead' | 'parked'; readonly reason: Reason }

/**
 * What others wrote into a record is shown to who may read that field of it; to the others of that only what the feed
 * itself has said.
 */
export function described(
  { ending, changes }: Run,
  subject: Subject,
  at: string,
): ConsoleAnswer<'hl7-dry-run'> {
  const { outcome, code, facts } = ending
  return {
    taken: true,
    ending: { outcome, reason: reasonOf({ code, facts }) },
    changes: changes.map((change) => seenBy(change, subject, at)),
  }
}

function seenBy(change: Run['changes'][number], subject: Subject, at: string): WouldChange {
  const { module, id, outcome, scopes, fields } = change
  const { read } = permissionFor(subject, modules[module], scopes, at)
  return {
    module,
    id,
    outcome,
    fields: fields.map(({ field, before, wasSaid, says, after, waits }) => {
      const hidden = before !== null && !wasSaid && !read.has(field)
      return { field, before: hidden ? null : before, after: hidden || waits ? says : after, hidden, waits }
    }),
  }
}
