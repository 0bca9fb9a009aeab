import type { CodeableConcept, Identifier } from '#app/values/index.ts'
import type { Message, Segment } from '../parse/message.ts'
import { read, readWhole, repetitionsOf } from '../parse/path.ts'
import { hasTime, momentOf } from '../parse/timestamp.ts'
import { readCoded, readEi } from '../parse/types.ts'
import { namedVisit } from './encounter.ts'
import { mapping, MappingFailed, stated } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { patientIntent } from './patient.ts'
import { patientGroups } from './segment-groups.ts'
import type { Finding, Order, PatientGroup } from './segment-groups.ts'
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

// ORU: the findings of the orders of patients. A finding is the same when filler order, OBR-4, OBX-3 and OBX-4 are; those
// that share all four within one message are told apart by their order in it.

export function mapResults(message: Message, context: MappingContext): MappedParts {
  return mapping(
    patientGroups(message).flatMap((group, index) =>
      groupIntents(message, group, `patient ${index + 1}`, context),
    ),
  )
}

function groupIntents(
  message: Message,
  group: PatientGroup,
  patient: string,
  context: MappingContext,
): Intent[] {
  const intent = patientIntent({ label: patient, pid: group.pid, pd1: group.pd1, role: 'names' }, context)
  const { pid, pv1, pv2 } = group
  const encounter = namedVisit(message, { label: patient, pid, pv1, pv2 }, context)
  const links = {
    patientId: { label: patient, optional: false },
    ...(encounter === null ? {} : { encounterId: { label: encounter.label, optional: true } }),
  }
  const seen = new Map<string, number>()
  const findings = group.orders.flatMap((order) => {
    const shared = orderFields(order, context)
    return order.findings.map((finding, index): Intent => {
      const place = `OBX[${finding.obx.occurrence}]`
      const notes = [...(index === 0 ? order.notes : []), ...finding.notes]
      const said = { ...shared, ...findingFields({ ...finding, notes }, order.obr, place, context) }
      return {
        label: `${patient} ${place}`,
        module: 'observations',
        identity: { by: 'cause', cause: causeOf(order, finding, seen, context), of: patient },
        set: { ...stated(said), siteId: context.siteId },
        create: {},
        links,
        adds: ['identifiers'],
        ranks: resultRanks,
        places: placesOf(place),
      }
    })
  })
  return [intent, ...(encounter === null ? [] : [encounter]), ...findings]
}

/** What the findings of an order have in common. */
function orderFields(order: Order, context: MappingContext): Readonly<Record<string, unknown>> {
  const { obr } = order
  return {
    identifiers: orderNumbers(order, context),
    panel: conceptAt(obr, 4, context),
    effectiveAt: momentAt(obr, '7', 'OBR-7', context),
    issuedAt: issuedAt(obr, context),
    specimen: specimenOf(order, context),
    orderedBy: professionalAt(obr, 16, context),
  }
}

/** Filler number, OBR-4, OBX-3, OBX-4, and which of those that share them. */
function causeOf(order: Order, { obx }: Finding, seen: Map<string, number>, context: MappingContext) {
  // The filler's number stands first; an order without any is known by its time.
  const number = orderNumbers(order, context)[0]?.key ?? read(order.obr, '7')
  const key = [number, read(order.obr, '4'), read(obx, '3') || read(obx, '3.2'), read(obx, '4')]
  const same = JSON.stringify(key)
  const count = seen.get(same) ?? 0
  seen.set(same, count + 1)
  return ['result', ...key, count]
}

function findingFields(
  { obx, notes }: Finding,
  obr: Segment,
  place: string,
  context: MappingContext,
): Readonly<Record<string, unknown>> {
  const code = conceptAt(obx, 3, context)
  if (code === undefined) throw new MappingFailed('a finding has no code', `${place}-3`)
  const status = (read(obx, '11') || read(obr, '25')).toUpperCase()
  const { value, note } = valueOfResult(obx, `${place}-5`, context)
  const subId = oneLine(read(obx, '4'))
  const comments = [...notes.map((nte) => lines(readWhole(nte, '3'))), note ?? ''].filter(
    (text) => text !== '',
  )
  const ownTime = momentAt(obx, '14', `${place}-14`, context)
  return {
    code,
    category: categoryOf(obx, obr),
    subId: subId === '' ? undefined : subId,
    status: resultStatuses[status] ?? 'unknown',
    // A change of status alone (U), and a result that was taken back, leave the value as it was sent before.
    value: value ?? (keepsValue.has(status) ? undefined : null),
    referenceRange: rangeOf(obx),
    interpretation: flagsOf(obx),
    // OBX-14 counts before OBR-7.
    ...(ownTime === undefined ? {} : { effectiveAt: ownTime }),
    performer: professionalAt(obx, 16, context),
    method: conceptAt(obx, 17, context),
    notes: comments.length === 0 ? undefined : comments,
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

function categoryOf(obx: Segment, obr: Segment): string {
  if (vitalSigns.has(read(obx, '3'))) return 'vital-signs'
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
