import { AppError, instant, newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { Filed } from '../../privacy/drawer.ts'
import { amendments, dueOn, stepped } from '../../privacy/rights/amendments.ts'
import type { Amendment } from '../../privacy/rights/amendments.ts'
import { recordBundle } from '../../privacy/rights/record-bundle.ts'
import { recordHtml } from '../../privacy/rights/record-html.ts'
import { wholeRecord } from '../../privacy/rights/whole-record.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleCaller } from '../signing-in/console-sessions.ts'
import { namesOf } from '../people/people.ts'
import type { ConsoleAmendment, rightsCalls } from '../protocol/privacy/rights-calls.ts'
import { writeDown } from '../write-down.ts'

export function rightsHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, keyof typeof rightsCalls> {
  const { store, clock } = parts
  const described = async (one: Filed<Amendment>) => describe(one, await namesOf(store))
  return {
    'export-record': ({ patientId, form }, caller) => exported(parts, patientId, form, caller),
    amendments: async ({ patientId }, caller) => {
      const all = await amendments.all(store.access, [patientId])
      await writeDown(parts, caller, { action: 'read-amendments', ids: [patientId] })
      const name = await namesOf(store)
      return { amendments: all.map((one) => describe(one, name)) }
    },
    'receive-amendment': async ({ patientId, ...asked }, caller) => {
      const blank = { decision: null, disagreement: null, rebuttal: null }
      const paper = { id: newId(), about: patientId, at: instant(clock), content: { ...asked, ...blank } }
      await store.transaction(async (tx) => {
        const [patient] = await tx.look([{ collection: modules.patients.collection, id: patientId }])
        if (patient === undefined) throw new AppError('request.invalid', { place: 'patientId' })
        await amendments.file(tx.access, paper)
        const entry = { at: paper.at, ...caller.by, action: 'receive-amendment' }
        tx.stage({ type: 'audit', ...entry, ids: [patientId, paper.id] })
      })
      return described(paper)
    },
    'step-amendment': async ({ id, words, step }, caller) => {
      const { result } = await store.transaction(async (tx) => {
        const paper = await amendments.one(tx.access, id)
        const at = instant(clock)
        const signature = { by: caller.user, at, words }
        const content = paper === null ? null : stepped(paper.content, step, signature)
        if (paper === null || content === null) throw new AppError('request.invalid', { place: 'step' })
        const next = { ...paper, content }
        await amendments.file(tx.access, next)
        const entry = { at, ...caller.by, action: `amendment-${step.step}` }
        tx.stage({ type: 'audit', ...entry, ids: [paper.about, id] })
        return next
      })
      return described(result)
    },
  }
}

/** What leaves is a disclosure to the patient, and stands in the audit before it does. */
async function exported(
  { store, clock }: ConsoleParts,
  patientId: Id,
  form: 'html' | 'fhir',
  { by }: ConsoleCaller,
) {
  const at = instant(clock)
  const record = await wholeRecord(store, patientId, at)
  const ids = [patientId, ...record.records.map(({ view }) => view.id)]
  const facts = { recipient: 'the patient', by: 'record', form }
  const told = { action: 'disclose', collection: 'patients', ids, outcome: 'sent', facts } as const
  await store.audit.append({ at, ...by, ...told, purpose: 'individual' })
  // The name of the file tells nothing of whom it is about.
  return form === 'html'
    ? { name: 'health-record.html', type: 'text/html', text: recordHtml(record) }
    : {
        name: 'health-record.json',
        type: 'application/fhir+json',
        text: JSON.stringify(recordBundle(record), null, 1),
      }
}

function describe({ id, about, content }: Filed<Amendment>, name: (id: string) => string): ConsoleAmendment {
  const { decision, disagreement, rebuttal, ...asked } = content
  const named = <Signed extends { readonly by: Id }>(one: Signed | null) =>
    one && { ...one, by: name(one.by) }
  return {
    id,
    patientId: about,
    ...asked,
    dueOn: dueOn(content),
    decision: named(decision),
    disagreement: named(disagreement),
    rebuttal: named(rebuttal),
  }
}
