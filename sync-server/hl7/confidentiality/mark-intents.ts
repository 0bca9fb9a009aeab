import { sensitivities } from '#app/kernel/index.ts'
import type { Sensitivity } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { headerSegment } from '../header.ts'
import type { Intent } from '../mapping/mapped.ts'
import { runs } from '../mapping/segment-groups.ts'
import type { Message } from '../parse/message.ts'
import { marksOf } from './marks.ts'
import type { Marks, MarkTable } from './marks.ts'

// Which records carry what a message marks. Pure.

/** What was asked for, done or written at a place. */
const care: ReadonlySet<ModuleName> = new Set([
  'appointments',
  'conditions',
  'diagnostic-reports',
  'documents',
  'encounters',
  'immunizations',
  'observations',
  'orders',
  'referrals',
] satisfies ModuleName[])

/** Each record with its own marks, those of its person and visit, and those of what it hangs on. */
export function markIntents(
  intents: readonly Intent[],
  message: Message,
  table: MarkTable,
): readonly Intent[] {
  const header = headerSegment(message)
  const people = runs(message.segments, 'PID').map((segments) => marksOf(table, header, segments))
  const marked = new Map<string, readonly Sensitivity[]>()
  return intents.map((intent) => {
    const hung = Object.values(intent.links).flatMap(({ label }) => marked.get(label) ?? [])
    const own = [...(intent.sensitivities ?? []), ...hung, ...stated(intent, intents, people)]
    const all = sensitivities.filter((one) => own.includes(one))
    marked.set(intent.label, all)
    return all.length === 0 ? intent : { ...intent, sensitivities: all }
  })
}

/** What its message says of it. A matter for which there is no record of care is the person's. */
function stated(
  intent: Intent,
  intents: readonly Intent[],
  people: readonly Marks[],
): readonly Sensitivity[] {
  const person = intent.module === 'patients' ? intent.label : intent.links['patientId']?.label
  const marks = people[positionOf(person ?? '')]
  if (person === undefined || marks === undefined) return []
  if (intent.module !== 'patients') return care.has(intent.module) ? marks.care : []
  const hasCare = intents.some(
    ({ module, links }) => care.has(module) && links['patientId']?.label === person,
  )
  return hasCare ? marks.person : [...marks.person, ...marks.care]
}

/** Which PID of the message a label of a person means; none for one of MRG. */
function positionOf(label: string): number {
  const [, number] = /^patient(?: (\d+))?$/.exec(label) ?? [null, '0']
  return Number(number ?? 1) - 1
}
