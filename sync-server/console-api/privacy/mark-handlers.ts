import { mayDecideMarks } from '#app/access/index.ts'
import { instant } from '#app/kernel/index.ts'
import type { Filed } from '../../privacy/drawer.ts'
import { createMarkDesk } from '../../privacy/marks/mark-desk.ts'
import { markings, releases } from '../../privacy/marks/mark-papers.ts'
import type { Release } from '../../privacy/marks/mark-papers.ts'
import { documentsOf, patientMarks } from '../../privacy/marks/patient-marks.ts'
import type { StoredDocument } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'
import type { ConsoleRelease, markCalls } from '../protocol/privacy/mark-calls.ts'
import type { ConsoleCaller } from '../signing-in/console-sessions.ts'
import { writeDown } from '../write-down.ts'
import { describeMarking, describeMarks, describeRelease, whatIsKnown } from './describe-marks.ts'
import { titlesOf } from './patient-titles.ts'
import { previewMarks } from './preview-marks.ts'

export function markHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, keyof typeof markCalls> {
  const { store, clock } = parts
  const desk = createMarkDesk(parts)

  async function described(paper: Filed<Release>, { user }: ConsoleCaller): Promise<ConsoleRelease> {
    const stored = await store.snapshot((read) => documentsOf(read, paper.content.records))
    return describeRelease(paper, stored, { user, known: await whatIsKnown(store) })
  }

  return {
    'patient-marks': async ({ patientId }, caller) => {
      const officer = { subject: caller.subject, at: instant(clock) }
      const records = await store.snapshot((read) => patientMarks(read, patientId, officer))
      await writeDown(parts, caller, { action: 'read-marks', ids: [patientId] })
      const known = await whatIsKnown(store)
      const decided = await markings.all(store.access, [patientId])
      return {
        name: (await titlesOf(parts, [patientId], caller)).get(patientId) ?? null,
        records: records.map((record) => describeMarks(record, known)),
        markings: decided.map((one) => describeMarking(one, known)),
      }
    },
    'preview-marks': async (request, caller) => {
      const preview = await previewMarks(parts, request, caller)
      await writeDown(parts, caller, { action: 'preview-marks', ids: [request.patientId] })
      return preview
    },
    'mark-records': async (decided, caller) =>
      describeMarking(await desk.mark(caller, decided), await whatIsKnown(store)),
    releases: async (_, caller) => {
      const found = await waiting(parts, caller)
      const ids = [...new Set(found.releases.map(({ patientId }) => patientId))]
      await writeDown(parts, caller, { action: 'read-releases', ids })
      return found
    },
    'propose-release': async (decided, caller) => described(await desk.propose(caller, decided), caller),
    'approve-release': async ({ id }, caller) => described(await desk.decide(caller, id, true), caller),
    'decline-release': async ({ id }, caller) => described(await desk.decide(caller, id, false), caller),
  }
}

/** So many of those that are decided are shown. */
const DECIDED = 50

/** The proposals about records that the caller's grants cover: the open ones, then the last of the others. */
async function waiting(
  { store, clock }: ConsoleParts,
  { user, subject }: ConsoleCaller,
): Promise<ConsoleAnswer<'releases'>> {
  const all = await releases.all(store.access)
  const [open, decided] = [true, false].map((is) =>
    all.filter(({ content }) => (content.decided === null) === is),
  )
  const known = await whatIsKnown(store)
  const at = instant(clock)
  const isTheirs = ({ scopes }: StoredDocument) => mayDecideMarks(subject, 'approve-release', scopes, at)
  return store.snapshot(async (read) => {
    const shown: ConsoleRelease[] = []
    for (const paper of [...(open ?? []), ...(decided ?? []).slice(0, DECIDED)]) {
      const stored = await documentsOf(read, paper.content.records)
      if (stored.every(isTheirs)) shown.push(describeRelease(paper, stored, { user, known }))
    }
    return { releases: shown }
  })
}
