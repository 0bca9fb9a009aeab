import { instant } from '#app/kernel/index.ts'
import type { AnyModule, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { viewOf } from '../../replication/view.ts'
import type { ConsoleParts } from '../console-api.ts'
import type { ConsoleCaller } from '../signing-in/console-sessions.ts'

const patientModule: AnyModule = modules.patients

/** Patients by the name that the caller may read; who is not here, or not theirs to see, is absent. */
export async function titlesOf(
  { store, clock }: Pick<ConsoleParts, 'store' | 'clock'>,
  ids: readonly Id[],
  { subject }: Pick<ConsoleCaller, 'subject'>,
): Promise<ReadonlyMap<Id, string>> {
  const viewer = { subject, at: instant(clock), incarnation: '' }
  const stored = await store.snapshot((read) => read.documents(patientModule.collection, ids))
  return new Map(
    stored.flatMap((document) => {
      const view = viewOf(viewer, document)
      return view === null || !('kind' in view) ? [] : [[document.id, patientModule.title(view)] as const]
    }),
  )
}
