import type { Json } from '#app/kernel/index.ts'
import { isBefore } from '#app/values/index.ts'
import type { Identifier } from '#app/values/index.ts'
import { standardCode } from '../code-tables.ts'
import { fieldOf, textOf } from '../parse/message.ts'
import type { Message, Part } from '../parse/message.ts'
import { firstSegment, read, repetitionsOf } from '../parse/path.ts'
import { readCx } from '../parse/types.ts'
import type { VisitEvent } from './adt-events.ts'
import { stated } from './mapped.ts'
import type { Intent, MappingContext, Name } from './mapped.ts'
import { encounterClasses } from './tables.ts'
import {
  conceptAt,
  identifierOf,
  identifiersAt,
  momentAt,
  placeAt,
  professionalAt,
  withoutRepeats,
} from './value-readers.ts'

// PV1 and PV2: the visit that an ADT message is about, or that a result belongs to.

const encounterPlaces = {
  identifiers: 'PV1-19',
  class: 'PV1-2',
  location: 'PV1-3',
  attending: 'PV1-7',
  referring: 'PV1-8',
  service: 'PV1-10',
  admitting: 'PV1-17',
  dischargeDisposition: 'PV1-36',
  period: 'PV1-45',
  reason: 'PV2-3',
} as const

type VisitIdentity = {
  readonly identifiers: readonly Identifier[]
  readonly numbers: readonly Identifier[]
  readonly names: readonly Name[]
  readonly cause: readonly Json[]
}

/** How a visit is told apart: its number, else its alternate one, else the account with the time of admission. */
function visitIdentity(pid: Part, pv1: Part, context: MappingContext): VisitIdentity | null {
  const account = accountOf(pid, context)
  const numbers = [
    ...namedAt(numberAt(pv1, 19, 'VN', context), 'PV1-19'),
    ...identifiersAt(pv1, 50, 'VN', context).flatMap((one) =>
      namedAt({ ...one, use: 'secondary' }, 'PV1-50'),
    ),
  ]
  const names = [...numbers, ...accountNames(account, pv1, context)]
  const identifiers = withoutRepeats([
    ...names.map(({ number }) => number),
    ...(account === null ? [] : [account]),
  ])
  const [first] = names
  if (first === undefined) return context.alone ? { identifiers, numbers: [], names, cause: ['visit'] } : null
  const { cause, number } = first
  if (numbers.length > 0) return { identifiers, numbers: [number], names, cause }
  return { identifiers, numbers: [], names, cause: context.alone ? ['visit'] : cause }
}

function namedAt(number: Identifier | null, place: string): Name[] {
  return number === null ? [] : [{ number, cause: ['visit', number.key], place }]
}

/** One account may cover several visits: only with the time of admission it is one of them. */
function accountNames(account: Identifier | null, pv1: Part, context: MappingContext): Name[] {
  const admitted = read(pv1, '44')
  if (account === null || admitted === '') return []
  // What is amiss with the time is noted where the stay itself takes it.
  const began = momentAt(pv1, '44', 'PV1-44', { ...context, unread: () => undefined })
  return [{ number: account, began, cause: ['account', account.key, admitted], place: 'PID-18' }]
}

/** PV1-19, else PV1-50. */
export function visitNumberOf(pv1: Part | null, context: MappingContext): Identifier | null {
  if (pv1 === null) return null
  return numberAt(pv1, 19, 'VN', context) ?? numberAt(pv1, 50, 'VN', context)
}

/** PID-18: one account may cover several visits. */
export function accountOf(pid: Part, context: MappingContext): Identifier | null {
  return numberAt(pid, 18, 'AN', context)
}

function numberAt(segment: Part, field: number, usual: string, context: MappingContext): Identifier | null {
  const [repetition] = repetitionsOf(segment, field)
  const given = repetition === undefined ? null : readCx(repetition)
  return given === null || given.value === '' ? null : identifierOf(given, given.type, usual, context)
}

export type VisitSource = {
  /** The patient's label. */
  readonly label: string
  readonly pid: Part
  readonly pv1: Part | null
  readonly pv2: Part | null
  readonly event: VisitEvent | null
}

/** The visit of an ADT message. Null where nothing tells it apart from others: noted, and not made. */
export function encounterIntent(
  message: Message,
  source: VisitSource,
  context: MappingContext,
): Intent | null {
  const { label, pid, pv1, event } = source
  if (pv1 === null) return null
  const visit = visitIdentity(pid, pv1, context)
  if (visit === null) {
    context.unread('PV1-19')
    return null
  }
  const said = visitFields(message, source, pv1, context)
  const planned = classAt(pv1, context) === 'P'
  return {
    label: `encounter of ${label}`,
    module: 'encounters',
    identity: { by: 'cause', cause: visit.cause, of: label, numbers: visit.numbers, names: visit.names },
    set: { ...stated({ identifiers: visit.identifiers, ...said }), siteId: context.siteId },
    create: { class: 'other', status: planned ? 'planned' : 'in-progress' },
    links: { patientId: { label, optional: false } },
    adds: ['identifiers', 'period'],
    ranks: null,
    places: encounterPlaces,
    dated: 'by-source-time',
    ...(event?.takesBack === undefined ? {} : { takesBack: event.takesBack }),
  }
}

function visitFields(
  message: Message,
  { pv2, event }: VisitSource,
  pv1: Part,
  context: MappingContext,
): Record<string, unknown> {
  const ended = event?.reopens === true ? null : endOf(message, pv1, event, context)
  const start = momentAt(pv1, '44', 'PV1-44', context)
  const kind = classAt(pv1, context)
  const isOver = typeof ended === 'string'
  return {
    class: kind === '' ? undefined : (encounterClasses[kind] ?? 'other'),
    status: isOver ? 'finished' : event?.status,
    period: periodOf(start, ended, context),
    location: event?.keepsPlace === true ? undefined : placeAt(pv1, 3),
    attending: professionalAt(pv1, 7, context),
    referring: professionalAt(pv1, 8, context),
    service: conceptAt(pv1, 10, context, 'HL70069'),
    admitting: professionalAt(pv1, 17, context),
    dischargeDisposition: event?.reopens === true ? null : conceptAt(pv1, 36, context, 'HL70112'),
    reason: pv2 === null ? undefined : conceptAt(pv2, 3, context),
  }
}

function classAt(pv1: Part, context: MappingContext): string {
  return standardCode(context.settings, '0004', read(pv1, '2'))
}

/** Null: the end that was recorded is taken back. */
function periodOf(
  start: string | undefined,
  end: string | null | undefined,
  context: MappingContext,
): unknown {
  if (start === undefined && end === undefined) return undefined
  if (start !== undefined && typeof end === 'string' && isBefore(end, start)) {
    context.unread('PV1-45')
    return { start }
  }
  return Object.fromEntries(Object.entries({ start, end }).filter(([, moment]) => moment !== undefined))
}

/**
 * The visit that a message about something else names. It is made where it is not known, and left alone where it is: a
 * laboratory repeats what it was told when the order was placed.
 */
export function namedVisit(
  message: Message,
  about: { readonly label: string; readonly pid: Part; readonly pv1: Part | null; readonly pv2: Part | null },
  context: MappingContext,
): Intent | null {
  if (about.pv1 === null || visitIdentity(about.pid, about.pv1, context) === null) return null
  const visit = encounterIntent(message, { ...about, event: null }, context)
  if (visit === null) return null
  return { ...visit, set: {}, create: { ...visit.create, ...visit.set }, onlyNew: true }
}

/** PV1-45; at a discharge without it, the time of the event. `""` says that the stay goes on. */
function endOf(
  message: Message,
  pv1: Part,
  event: VisitEvent | null,
  context: MappingContext,
): string | null | undefined {
  const field = fieldOf(pv1, 45)
  if (field !== null && textOf(field) === '""') return null
  if (field !== null && textOf(field) !== '') return momentAt(pv1, '45', 'PV1-45', context)
  if (event?.ends !== true) return undefined
  const evn = firstSegment(message, 'EVN')
  const happened = evn === null ? undefined : momentAt(evn, '6', 'EVN-6', context)
  return happened ?? (evn === null ? undefined : momentAt(evn, '2', 'EVN-2', context)) ?? context.receivedAt
}
