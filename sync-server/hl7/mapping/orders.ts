import { standardCode } from '../code-tables.ts'
import { sensitiveAt } from '../confidentiality/marks.ts'
import type { Message, Segment } from '../parse/message.ts'
import { read, readWhole, repetitionsOf } from '../parse/path.ts'
import { namedVisit } from './encounter.ts'
import { mapping, MappingFailed } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { patientIntent } from './patient.ts'
import { namedRelatives } from './related/related.ts'
import { siteRecord } from './record.ts'
import type { About } from './record.ts'
import { orderNumbers, specimenOf } from './order-fields.ts'
import { findingIntents } from './result.ts'
import { orderGroups } from './segment-groups.ts'
import type { Order, OrderGroup } from './segment-groups.ts'
import { orderControls, orderStates, orderTakesBack, priorities } from './tables.ts'
import { conceptAt, lines, momentAt, professionalAt } from './value-readers.ts'

// ORM and OML: orders on the patient's timeline. An order is the placer's (ORC-2), else the filler's; ORC-1 is obeyed.

export function mapOrders(message: Message, context: MappingContext): MappedParts {
  const groups = orderGroups(message)
  const seen = new Map<string, number>()
  const people = new Map<string, Intent>()
  const cared: Intent[] = []
  for (const [index, { pid, pd1, ...group }] of groups.entries()) {
    if (pid === null) throw new MappingFailed('there is no patient', 'PID')
    const label = pid.occurrence === 1 ? 'patient' : `patient ${pid.occurrence}`
    if (!people.has(label)) {
      const source = { label, pid, pd1, segments: message.segments, role: 'names' } as const
      people.set(label, patientIntent(source, context))
    }
    const prefix = index === 0 ? '' : `earlier ${index} `
    cared.push(...groupIntents(message, { ...group, pid, label, prefix }, seen, context))
  }
  return mapping([...people.values(), ...cared])
}

type Group = Omit<OrderGroup, 'pid' | 'pd1'> & {
  readonly pid: Segment
  /** The patient's. */
  readonly label: string
  /** Tells the visit and the orders of earlier results from those of the message. */
  readonly prefix: string
}

function groupIntents(
  message: Message,
  { label, pid, pv1, pv2, head, orders, prefix }: Group,
  seen: Map<string, number>,
  context: MappingContext,
): Intent[] {
  const visit = namedVisit(message, { label, pid, pv1, pv2 }, context)
  const encounter = visit === null ? null : { ...visit, label: `${prefix}${visit.label}` }
  const about = { patient: label, encounter: encounter?.label ?? null }
  return [
    ...(encounter === null ? [] : [encounter]),
    ...(prefix === '' ? namedRelatives(pid, head, about, context) : []),
    ...orders.flatMap((order, index) => [
      orderIntent(order, `${prefix}order ${index + 1}`, about, context),
      // Answers to what the laboratory asks when something is ordered.
      ...findingIntents(order, about, seen, context),
    ]),
  ]
}

function orderIntent(order: Order, label: string, about: About, context: MappingContext): Intent {
  const { obr, orc, timing } = order
  const numbers = orderNumbers(order, context).toReversed()
  const [first] = numbers
  if (first === undefined && !context.alone) throw new MappingFailed('the order has no number', 'ORC-2')
  const control = orc === null ? '' : standardCode(context.settings, '0119', read(orc, '1'))
  const state = orc === null ? '' : standardCode(context.settings, '0038', read(orc, '5'))
  const takesBack = orderTakesBack.has(control)
  const code = obr === null ? undefined : conceptAt(obr, 4, context)
  return siteRecord(
    {
      module: 'orders',
      label,
      key: ['order', first?.key ?? label, obr === null ? '' : read(obr, '4')],
      numbers: [],
      fields: {
        identifiers: numbers,
        status: takesBack ? orderControls[control] : (orderStates[state] ?? orderControls[control]),
        code: code ?? (takesBack ? undefined : { codings: [], text: 'Order' }),
        priority: priorityOf(order, context),
        authoredOn: authoredOn(orc, obr, context),
        requester: requesterOf(orc, obr, context),
        enteredBy: orc === null ? undefined : professionalAt(orc, 10, context),
        specimen: specimenOf(order, context),
        reasonCodes: reasonsOf(order, context),
        occurrencePeriod: periodOf(timing, context),
        notes: notesOf(order.notes),
      },
      places: { identifiers: 'ORC-2', code: 'OBR-4', authoredOn: 'ORC-9', requester: 'ORC-12' },
      ...(takesBack ? { takesBack: 'the order' } : {}),
      sensitivities: sensitiveAt(context.settings, 'OBR-4', obr, 4),
    },
    about,
    context,
  )
}

function authoredOn(orc: Segment | null, obr: Segment | null, context: MappingContext): string | undefined {
  const ordered = orc === null ? undefined : momentAt(orc, '9', 'ORC-9', context)
  return ordered ?? (obr === null ? undefined : momentAt(obr, '6', 'OBR-6', context))
}

function requesterOf(orc: Segment | null, obr: Segment | null, context: MappingContext) {
  const stated = orc === null ? undefined : professionalAt(orc, 12, context)
  return stated ?? (obr === null ? undefined : professionalAt(obr, 16, context))
}

function priorityOf({ obr, orc, timing }: Order, context: MappingContext): string | undefined {
  const given = [
    timing === null ? '' : read(timing, '9'),
    orc === null ? '' : read(orc, '7.6'),
    obr === null ? '' : read(obr, '27.6'),
    obr === null ? '' : read(obr, '5'),
  ].find((text) => text !== '')
  return given === undefined ? undefined : priorities[standardCode(context.settings, '0485', given)]
}

function reasonsOf({ obr, diagnoses }: Order, context: MappingContext) {
  const reasons = [
    ...(obr === null || repetitionsOf(obr, 31).length === 0 ? [] : [conceptAt(obr, 31, context)]),
    ...diagnoses.map((dg1) => conceptAt(dg1, 3, context)),
  ].filter((reason) => reason !== undefined)
  return reasons.length === 0 ? undefined : reasons
}

function periodOf(timing: Segment | null, context: MappingContext) {
  if (timing === null) return undefined
  const start = momentAt(timing, '7', 'TQ1-7', context)
  const end = momentAt(timing, '8', 'TQ1-8', context)
  const period = Object.fromEntries(Object.entries({ start, end }).filter(([, at]) => at !== undefined))
  return Object.keys(period).length === 0 ? undefined : period
}

export function notesOf(notes: readonly Segment[]): string[] | undefined {
  const texts = notes.map((nte) => lines(readWhole(nte, '3'))).filter((text) => text !== '')
  return texts.length === 0 ? undefined : texts
}
