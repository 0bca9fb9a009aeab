import type { Json } from '#app/kernel/index.ts'
import type { CodeableConcept, Identifier } from '#app/values/index.ts'
import type { Message, Segment } from '../parse/message.ts'
import { read, readWhole, repetitionsOf } from '../parse/path.ts'
import { hasTime, momentOf } from '../parse/timestamp.ts'
import { readCoded, readEi } from '../parse/types.ts'
import { encounterLink } from './encounter.ts'
import { MappingFailed, stated } from './mapped.ts'
import type { Intent, MappingContext } from './mapped.ts'
import { patientIntent } from './patient.ts'
import { rangeOf, valueOfResult } from './result-value.ts'
import { resultCategories, resultRanks, resultStatuses, vitalSigns } from './tables.ts'
import {
  conceptAt,
  conceptOf,
  identifierOf,
  lines,
  momentAt,
  oneLine,
  professionalAt,
  timestampAt,
} from './value-readers.ts'

// ORU: patients, their orders, the findings of each. A finding is the same when filler order, OBR-4, OBX-3 and OBX-4 are;
// findings that share all four within one message are told apart by their order in it.

/** The segments that belong to one finding. */
type Finding = { readonly obx: Segment; readonly notes: Segment[] }
type Order = {
  readonly obr: Segment
  readonly orc: Segment | null
  readonly notes: Segment[]
  readonly findings: Finding[]
  specimen: Segment | null
}
type PatientGroup = {
  readonly pid: Segment
  pd1: Segment | null
  pv1: Segment | null
  readonly orders: Order[]
}

export function mapResults(message: Message, context: MappingContext): readonly Intent[] {
  const groups = groupSegments(message)
  return groups.flatMap((group, index) => {
    const patient = `patient ${index + 1}`
    const intent = patientIntent({ label: patient, pid: group.pid, pd1: group.pd1, role: 'names' }, context)
    const encounter = encounterLink(group.pid, group.pv1, patient, context)
    const seen = new Map<string, number>()
    const findings = group.orders.flatMap((order) => orderIntents(order, patient, encounter, seen, context))
    return [intent, ...(encounter === null ? [] : [encounter]), ...findings]
  })
}

function groupSegments(message: Message): PatientGroup[] {
  const groups: PatientGroup[] = []
  let orc: Segment | null = null
  for (const segment of message.segments) {
    const group = groups.at(-1)
    const order = group?.orders.at(-1)
    if (segment.name === 'PID') groups.push({ pid: segment, pd1: null, pv1: null, orders: [] })
    else if (segment.name === 'ORC') orc = segment
    else if (group === undefined) continue
    else if (segment.name === 'PD1') group.pd1 = segment
    else if (segment.name === 'PV1') group.pv1 ??= segment
    else if (segment.name === 'OBR') {
      group.orders.push({ obr: segment, orc, notes: [], findings: [], specimen: null })
      orc = null
    } else if (order === undefined) continue
    else if (segment.name === 'SPM') order.specimen ??= segment
    // After SPM come findings about the specimen.
    else if (segment.name === 'OBX') order.findings.push({ obx: segment, notes: [] })
    else if (segment.name === 'NTE') (order.findings.at(-1)?.notes ?? order.notes).push(segment)
  }
  return groups
}

function orderIntents(
  order: Order,
  patient: string,
  encounter: Intent | null,
  seen: Map<string, number>,
  context: MappingContext,
): Intent[] {
  const { obr } = order
  const numbers = orderNumbers(order, context)
  const panel = conceptAt(obr, 4, context)
  const cause = numbers.find(({ type }) => type === 'FILL')?.key ?? numbers[0]?.key ?? read(obr, '7')
  const shared = {
    identifiers: numbers,
    panel,
    category: categoryOf(obr),
    effectiveAt: momentAt(obr, '7', 'OBR-7', context),
    issuedAt: issuedAt(obr, context),
    specimen: specimenOf(order, context),
    orderedBy: professionalAt(obr, 16, context),
  }
  return order.findings.map((finding, index) => {
    const place = `OBX[${finding.obx.occurrence}]`
    const code = conceptAt(finding.obx, 3, context)
    if (code === undefined) throw new MappingFailed('a finding has no code', `${place}-3`)
    const orderNotes = index === 0 ? order.notes : []
    const said = { ...shared, code, ...findingFields(finding, orderNotes, obr, place, context) }
    const same = JSON.stringify([
      cause,
      read(obr, '4'),
      read(finding.obx, '3') || code.text,
      read(finding.obx, '4'),
    ])
    const count = seen.get(same) ?? 0
    seen.set(same, count + 1)
    return {
      label: `${patient} ${place}`,
      module: 'observations' as const,
      identity: { by: 'cause', cause: ['result', same, count], of: patient },
      set: {
        ...stated(withoutUndefinedTimes(said)),
        siteId: context.siteId,
      },
      create: {},
      links: {
        patientId: { label: patient, optional: false },
        ...(encounter === null ? {} : { encounterId: { label: encounter.label, optional: true } }),
      },
      adds: ['identifiers'],
      ranks: resultRanks,
      places: placesOf(place),
    } satisfies Intent
  })
}

/** OBX-14 counts before OBR-7, where it is stated. */
function withoutUndefinedTimes(said: Readonly<Record<string, unknown>>): Record<string, Json | undefined> {
  const { ownTime, ...rest } = said
  // Values of our schemas are JSON; their optional members hide that from the type system.
  return { ...rest, effectiveAt: ownTime ?? rest['effectiveAt'] } as Record<string, Json | undefined>
}

function findingFields(
  { obx, notes }: Finding,
  orderNotes: readonly Segment[],
  obr: Segment,
  place: string,
  context: MappingContext,
): Readonly<Record<string, unknown>> {
  const status = (read(obx, '11') || read(obr, '25')).toUpperCase()
  const { value, note } = valueOfResult(obx, `${place}-5`, context)
  const subId = oneLine(read(obx, '4'))
  const comments = [...orderNotes, ...notes]
    .map((nte) => lines(readWhole(nte, '3')))
    .filter((text) => text !== '')
  return {
    subId: subId === '' ? undefined : subId,
    status: resultStatuses[status] ?? 'unknown',
    // A change of status alone (U), and a result that was taken back, leave the value as it was sent before.
    value: value ?? (keepsValue.has(status) ? undefined : null),
    referenceRange: rangeOf(obx),
    interpretation: flagsOf(obx),
    ownTime: momentAt(obx, '14', `${place}-14`, context),
    performer: professionalAt(obx, 16, context),
    method: conceptAt(obx, 17, context),
    notes:
      [...comments, ...(note === null ? [] : [note])].length > 0
        ? [...comments, ...(note === null ? [] : [note])]
        : undefined,
  }
}

const keepsValue: ReadonlySet<string> = new Set(['U', 'V', 'X', 'D', 'W'])

function flagsOf(obx: Segment): string[] | undefined {
  const flags = repetitionsOf(obx, 8)
    .map((repetition) => readCoded(repetition).code.toUpperCase())
    .filter((flag) => /^[A-Z0-9<>_;+^-]{1,8}$/.test(flag))
  return flags.length === 0 ? undefined : [...new Set(flags)]
}

/** Filler and placer number, from OBR or, where that has none, from ORC. */
function orderNumbers({ obr, orc }: Order, context: MappingContext): Identifier[] {
  const number = (field: number, type: string): Identifier[] => {
    const [repetition] = [...repetitionsOf(obr, field), ...(orc === null ? [] : repetitionsOf(orc, field))]
    const given = repetition === undefined ? null : readEi(repetition)
    return given === null || given.value === '' ? [] : [identifierOf(given, type, type, context)]
  }
  return [...number(3, 'FILL'), ...number(2, 'PLAC')]
}

function specimenOf({ obr, specimen }: Order, context: MappingContext): CodeableConcept | undefined {
  if (specimen !== null) return conceptAt(specimen, 4, context, 'HL70487')
  const [source] = repetitionsOf(obr, 15)
  return source === undefined
    ? undefined
    : conceptOf(
        { ...readCoded(source), text: '', system: '', alternate: null, original: '' },
        context,
        'HL70070',
      )
}

function issuedAt(obr: Segment, context: MappingContext): string | undefined {
  const stamp = timestampAt(obr, '22', 'OBR-22', context)
  return stamp === undefined || !hasTime(stamp) ? undefined : momentOf(stamp, context.settings.zone).instant
}

function categoryOf(obr: Segment): string {
  const code = read(obr, '4')
  if (vitalSigns.has(code)) return 'vital-signs'
  return resultCategories[read(obr, '24').toUpperCase()] ?? 'laboratory'
}

function placesOf(obx: string): Record<string, string> {
  return {
    identifiers: 'OBR-3',
    panel: 'OBR-4',
    effectiveAt: 'OBR-7',
    issuedAt: 'OBR-22',
    specimen: 'SPM-4',
    orderedBy: 'OBR-16',
    code: `${obx}-3`,
    subId: `${obx}-4`,
    value: `${obx}-5`,
    referenceRange: `${obx}-7`,
    interpretation: `${obx}-8`,
    status: `${obx}-11`,
    performer: `${obx}-16`,
    method: `${obx}-17`,
    notes: 'NTE-3',
  }
}
