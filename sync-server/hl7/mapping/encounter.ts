import type { Json } from '#app/kernel/index.ts'
import type { Identifier } from '#app/values/index.ts'
import { fieldOf, textOf } from '../parse/message.ts'
import type { Message, Part } from '../parse/message.ts'
import { firstSegment, read, repetitionsOf } from '../parse/path.ts'
import { readCx } from '../parse/types.ts'
import type { Cx } from '../parse/types.ts'
import { stated } from './mapped.ts'
import type { Intent, MappingContext } from './mapped.ts'
import { encounterClasses } from './tables.ts'
import { conceptAt, identifierOf, momentAt, placeAt, professionalAt } from './value-readers.ts'

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

/** What an event says about the visit, unless PV1-45 says that it is over. */
const statusAfter: Readonly<Record<string, string>> = { A01: 'in-progress', A03: 'finished', A04: 'arrived' }

/** How a visit is told apart: its number, else its alternate one, else the account with the time of admission. */
function visitIdentity(
  pid: Part,
  pv1: Part,
  context: MappingContext,
): { readonly identifier: Identifier | null; readonly cause: readonly Json[] } | null {
  const cx = (segment: Part, field: number): Cx | null => {
    const [repetition] = repetitionsOf(segment, field)
    const found = repetition === undefined ? null : readCx(repetition)
    return found === null || found.value === '' ? null : found
  }
  const visit = cx(pv1, 19) ?? cx(pv1, 50)
  if (visit !== null) {
    const found = identifierOf(visit, visit.type, 'VN', context)
    return { identifier: found, cause: ['visit', found.key] }
  }
  const account = cx(pid, 18)
  const admitted = read(pv1, '44')
  if (account === null || admitted === '') return null
  const found = identifierOf(account, account.type, 'AN', context)
  return { identifier: found, cause: ['account', found.key, admitted] }
}

/** The visit of an ADT message. Null where nothing tells it apart from others: noted, and not made. */
export function encounterIntent(
  message: Message,
  pid: Part,
  patient: string,
  context: MappingContext,
): Intent | null {
  const pv1 = firstSegment(message, 'PV1')
  if (pv1 === null) return null
  const visit = visitIdentity(pid, pv1, context)
  if (visit === null) {
    context.unread('PV1-19')
    return null
  }
  const pv2 = firstSegment(message, 'PV2')
  const ended = endOf(message, pv1, context)
  const start = momentAt(pv1, '44', 'PV1-44', context)
  const kind = read(pv1, '2').toUpperCase()
  const said = {
    identifiers: visit.identifier === null ? undefined : [visit.identifier],
    class: kind === '' ? undefined : (encounterClasses[kind] ?? 'other'),
    status: ended === undefined ? statusAfter[context.header.trigger] : 'finished',
    period: start === undefined && ended === undefined ? undefined : stated({ start, end: ended }),
    location: placeAt(pv1, 3),
    attending: professionalAt(pv1, 7, context),
    referring: professionalAt(pv1, 8, context),
    service: conceptAt(pv1, 10, context, 'HL70069'),
    admitting: professionalAt(pv1, 17, context),
    dischargeDisposition: conceptAt(pv1, 36, context, 'HL70112'),
    reason: pv2 === null ? undefined : conceptAt(pv2, 3, context),
  }
  return {
    label: 'encounter',
    module: 'encounters',
    identity: { by: 'cause', cause: visit.cause, of: patient },
    set: { ...stated(said), siteId: context.siteId },
    create: { class: 'other', status: kind === 'P' ? 'planned' : 'in-progress' },
    links: { patientId: { label: patient, optional: false } },
    adds: ['identifiers', 'period'],
    ranks: null,
    places: encounterPlaces,
  }
}

/** The visit that a result names, to be linked when it is known; a laboratory's PV1 does not make one. */
export function encounterLink(
  pid: Part,
  pv1: Part | null,
  patient: string,
  context: MappingContext,
): Intent | null {
  const visit = pv1 === null ? null : visitIdentity(pid, pv1, context)
  if (visit === null) return null
  return {
    label: `encounter of ${patient}`,
    module: 'encounters',
    identity: { by: 'cause', cause: visit.cause, of: patient },
    set: {},
    create: null,
    links: {},
    adds: [],
    ranks: null,
    places: encounterPlaces,
  }
}

/** PV1-45; at a discharge without it, the time of the event. `""` says that the stay goes on. */
function endOf(message: Message, pv1: Part, context: MappingContext): string | undefined {
  const field = fieldOf(pv1, 45)
  if (field !== null && textOf(field) !== '') return momentAt(pv1, '45', 'PV1-45', context)
  if (context.header.trigger !== 'A03') return undefined
  const evn = firstSegment(message, 'EVN')
  const happened = evn === null ? undefined : momentAt(evn, '6', 'EVN-6', context)
  return happened ?? (evn === null ? undefined : momentAt(evn, '2', 'EVN-2', context)) ?? context.receivedAt
}
