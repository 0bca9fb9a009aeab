import type { Json } from '#app/kernel/index.ts'
import { standardCode } from '../code-tables.ts'
import { sensitiveAt } from '../confidentiality/marks.ts'
import type { Message, Segment } from '../parse/message.ts'
import { read, readWhole, repetitionsOf } from '../parse/path.ts'
import { readCoded } from '../parse/types.ts'
import { namedVisit } from './encounter.ts'
import { mapping, MappingFailed } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { patientIntent } from './patient.ts'
import { siteRecord } from './record.ts'
import type { About } from './record.ts'
import { namedRelatives } from './related/related.ts'
import { reportIntent } from './report.ts'
import { patientGroups } from './segment-groups.ts'
import type { Finding, Order, PatientGroup } from './segment-groups.ts'
import { issuedAt, orderNumbers, specimenOf } from './order-fields.ts'
import { rangeOf, valueOfResult } from './result-value.ts'
import { resultCategories, resultRanks, resultStatuses, vitalSigns } from './tables.ts'
import { conceptAt, lines, momentAt, oneLine, professionalAt } from './value-readers.ts'
import { isWrongPatient, wrongPatientRemark, wrongPatientTask } from './wrong-patient.ts'

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
  const intent = patientIntent(
    { label: patient, pid: group.pid, pd1: group.pd1, segments: [], role: 'names' },
    context,
  )
  const { pid, pv1, pv2 } = group
  const encounter = namedVisit(message, { label: patient, pid, pv1, pv2 }, context)
  const about = { patient, encounter: encounter?.label ?? null }
  const seen = new Map<string, number>()
  return [
    intent,
    ...(encounter === null ? [] : [encounter]),
    ...namedRelatives(pid, group.head, about, context),
    ...group.orders.flatMap((order, index) => [
      reportIntent(order, `${patient} OBR[${index + 1}]`, about, context),
      ...findingIntents(order, about, seen, context),
    ]),
  ]
}

/** The findings of an order. `seen` counts those of one message that share all of their key. */
export function findingIntents(
  order: Order,
  about: About,
  seen: Map<string, number>,
  context: MappingContext,
): Intent[] {
  const shared = orderFields(order, context)
  const causes: Json[] = []
  const findings = order.findings.flatMap((finding, index): Intent[] => {
    const place = `OBX[${finding.obx.occurrence}]`
    if (isNameless(finding, order, context)) {
      context.unread(`${place}-3`)
      return []
    }
    const notes = [...(index === 0 ? order.notes : []), ...finding.notes]
    const said = { ...shared, ...findingFields({ ...finding, notes }, order.obr, place, context) }
    const intent = siteRecord(
      {
        module: 'observations',
        label: `${about.patient} ${place}`,
        key: [],
        fields: said,
        ranks: resultRanks,
        sensitivities: [
          ...sensitiveAt(context.settings, 'OBR-4', order.obr, 4),
          ...sensitiveAt(context.settings, 'OBX-3', finding.obx, 3),
        ],
        places: placesOf(place),
      },
      about,
      context,
    )
    const cause = causeOf(order, finding, seen, context)
    if (isWrongPatient(statusOf(finding.obx, order.obr, context))) causes.push(cause)
    return [{ ...intent, identity: { by: 'cause', cause, of: about.patient } }]
  })
  return causes.length === 0 ? findings : [...findings, wrongPatientTask(order, causes, about, context)]
}

/** Without a code a finding says nothing; a result that has a value and no code is a fault of its sender. */
function isNameless({ obx }: Finding, { obr, orc }: Order, context: MappingContext): boolean {
  if (repetitionsOf(obx, 3).length > 0) return false
  const isResult =
    obr !== null && (orc === null || standardCode(context.settings, '0119', read(orc, '1')) === 'RE')
  return !isResult || repetitionsOf(obx, 5).length === 0
}

/** What the findings of an order have in common. */
function orderFields(order: Order, context: MappingContext): Readonly<Record<string, unknown>> {
  const { obr } = order
  if (obr === null) return {}
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
  const { obr } = order
  const number = orderNumbers(order, context)[0]?.key ?? (obr === null ? read(obx, '14') : read(obr, '7'))
  const key = [number, obr === null ? '' : read(obr, '4'), read(obx, '3') || read(obx, '3.2'), read(obx, '4')]
  const same = JSON.stringify(key)
  const count = seen.get(same) ?? 0
  seen.set(same, count + 1)
  return ['result', ...key, count]
}

function findingFields(
  { obx, notes }: Finding,
  obr: Segment | null,
  place: string,
  context: MappingContext,
): Readonly<Record<string, unknown>> {
  const code = conceptAt(obx, 3, context)
  if (code === undefined) throw new MappingFailed('a finding has no code', `${place}-3`)
  const status = statusOf(obx, obr, context)
  const { value, note } = isWrongPatient(status)
    ? { value: null, note: null }
    : valueOfResult(obx, `${place}-5`, context)
  const subId = oneLine(read(obx, '4'))
  const comments = [...notes.map((nte) => lines(readWhole(nte, '3'))), note ?? ''].filter(
    (text) => text !== '',
  )
  const ownTime = momentAt(obx, '14', `${place}-14`, context)
  return {
    code,
    category: categoryOf(obx, obr, context),
    subId: subId === '' ? undefined : subId,
    status: resultStatuses[status] ?? 'unknown',
    value: isWrongPatient(status) ? null : (value ?? (keepsValue.has(status) ? undefined : null)),
    referenceRange: isWrongPatient(status) ? null : rangeOf(obx),
    interpretation: isWrongPatient(status) ? [] : flagsOf(obx),
    // OBX-14 counts before OBR-7.
    ...(ownTime === undefined ? {} : { effectiveAt: ownTime }),
    performer: professionalAt(obx, 16, context),
    method: conceptAt(obx, 17, context),
    notes: isWrongPatient(status) ? [wrongPatientRemark] : comments.length === 0 ? undefined : comments,
  }
}

/** A change of status alone (U), and a result that was taken back, leave the value as it was sent before. */
const keepsValue: ReadonlySet<string> = new Set(['U', 'V', 'X', 'D'])

/** OBX-11, else the whole order's. */
function statusOf(obx: Segment, obr: Segment | null, context: MappingContext): string {
  return standardCode(context.settings, '0085', read(obx, '11') || (obr === null ? '' : read(obr, '25')))
}

function flagsOf(obx: Segment): string[] | undefined {
  const flags = repetitionsOf(obx, 8)
    .map((repetition) => readCoded(repetition).code.toUpperCase())
    .filter((flag) => /^[A-Z0-9<>_;+^-]{1,8}$/.test(flag))
  return flags.length === 0 ? undefined : [...new Set(flags)]
}

function categoryOf(obx: Segment, obr: Segment | null, context: MappingContext): string {
  if (vitalSigns.has(read(obx, '3'))) return 'vital-signs'
  if (obr === null) return 'exam'
  return resultCategories[standardCode(context.settings, '0074', read(obr, '24'))] ?? 'laboratory'
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
