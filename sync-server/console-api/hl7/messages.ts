import { z } from 'zod'
import { AppError, instant } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { nameText } from '#app/values/index.ts'
import { placeName } from '../../hl7/index.ts'
import type { Candidate } from '../../hl7/index.ts'
import type { ConsoleHandlers } from '../console-api.ts'
import type { OpenedMessage } from '../protocol/hl7.ts'
import { writeDown } from '../write-down.ts'
import { hl7Overview } from './overview.ts'
import { isAnalyst, namesOf, noteDeed } from './hl7-parts.ts'
import type { Hl7Parts } from './hl7-parts.ts'
import { rowOf } from './reason.ts'

type MessageCall =
  | 'hl7-overview'
  | 'hl7-acknowledge'
  | 'hl7-search'
  | 'hl7-message'
  | 'hl7-open'
  | 'hl7-written'

/** Looking: at the picture, at lists, at one message, and, for who may, into it. */
export function messageHandlers(parts: Hl7Parts): Pick<ConsoleHandlers, MessageCall> {
  const { store, clock, hl7 } = parts
  return {
    'hl7-overview': (request) => hl7Overview(parts, request),
    'hl7-acknowledge': async ({ cause, upTo }, caller) => {
      await store.desk.acknowledge({ cause, upTo, by: caller.user, at: instant(clock) })
      await writeDown(parts, caller, { action: 'hl7-acknowledge', ids: [cause] })
      return {}
    },
    'hl7-search': async (wanted, caller) => {
      const { found, goOnBefore } = await store.inbox.search(wanted)
      return { found: found.map((summary) => rowOf(summary, isAnalyst(caller))), goOnBefore }
    },
    'hl7-message': async ({ sequence }, caller) => {
      const [summary] = await store.inbox.summaries([sequence])
      if (summary === undefined) throw new AppError('hl7.no-such-message', { sequence })
      const nameOf = await namesOf(parts)
      const same = (await store.inbox.sameKey(sequence)).filter((one) => one.sequence !== sequence)
      return {
        message: rowOf(summary, isAnalyst(caller)),
        placeName: placeName(String(summary.facts['place'] ?? '')),
        sameNumber: same.map((one) => rowOf(one, isAnalyst(caller))),
        copies: [...(await store.inbox.copies(sequence))],
        deeds: (await store.desk.deeds(sequence)).map(({ by, at, action, purpose }) => ({
          by: nameOf(by),
          at,
          action,
          purpose,
        })),
      }
    },
    'hl7-open': async ({ sequence }, caller) => {
      await noteDeed(parts, caller, 'opened', [sequence])
      const { lines, encoding, tree, candidates } = await hl7.workbench.open(sequence)
      const ids = candidates.map(({ patient }) => patient.id)
      if (ids.length > 0) {
        await writeDown(parts, caller, { action: 'hl7-candidates', collection: 'patients', ids })
      }
      return { lines: [...lines], encoding, tree, candidates: candidates.map(described) }
    },
    'hl7-written': async ({ sequence }, caller) => {
      const records = await hl7.workbench.written(sequence)
      await writeDown(parts, caller, { action: 'hl7-written', ids: records.map(({ id }) => id) })
      return {
        records: records.map(({ module, id, stillThere }) => ({ module, id, stillThere: [...stillThere] })),
      }
    },
  }
}

/** As much of a patient as it takes to tell whether the message is about them. */
function described({ segment, patient: { id, body } }: Candidate): OpenedMessage['candidates'][number] {
  const { names, birthDate, administrativeGender, identifiers } = tellingSchema.parse(body.doc)
  return {
    id,
    place: segment,
    words: [...names.map(nameText), birthDate ?? '', administrativeGender ?? ''].filter(Boolean),
    identifiers: identifiers.map(({ value, type }) => `${value} ${type}`),
  }
}

const { names, birthDate, administrativeGender, identifiers } = modules.patients.fields
const tellingSchema = z.object({
  names: names.schema,
  birthDate: birthDate.schema,
  administrativeGender: administrativeGender.schema,
  identifiers: identifiers.schema,
})
