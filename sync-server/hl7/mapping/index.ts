import { err, ok } from '#app/kernel/index.ts'
import type { Result } from '#app/kernel/index.ts'
import type { Fault } from '../ack.ts'
import { markIntents } from '../confidentiality/mark-intents.ts'
import { siteFor } from '../feed-config.ts'
import type { FeedSettings } from '../feed-config.ts'
import { messageType } from '../header.ts'
import type { Header } from '../header.ts'
import type { Message } from '../parse/message.ts'
import { firstSegment, read } from '../parse/path.ts'
import { mapAdt } from './adt.ts'
import { adtEvents } from './adt-events.ts'
import { mapSchedule, scheduleEvents } from './appointment.ts'
import { documentEvents, mapDocument } from './documents.ts'
import { MappingFailed } from './mapped.ts'
import type { Mapped, MappedFile, Mapping, MappingContext } from './mapped.ts'
import { mapOrders } from './orders.ts'
import { mapReferral, referralEvents } from './referral.ts'
import { mapResults } from './result.ts'
import { mapVaccinations } from './vaccination.ts'

export type { Among, Identity, Intent, Mapped, Operation } from './mapped.ts'

/** Raised when a mapping reads the same message otherwise than before: a replay may then change what it wrote. */
const mappingVersion = 6

type MessageKind = {
  /** What the standard requires and the mapping can't do without. */
  readonly requires: readonly string[]
  readonly map: Mapping
}

const patient = ['PID', 'PID-3']

function each(type: string, triggers: readonly string[], kind: MessageKind): [string, MessageKind][] {
  return triggers.map((trigger) => [`${type}^${trigger}`, kind])
}

/** Every message type that is mapped. MSH-9 decides, whatever structure it names beside. */
export const mappings: Readonly<Record<string, MessageKind>> = Object.fromEntries([
  ...each('ADT', Object.keys(adtEvents), { requires: patient, map: mapAdt }),
  ...each('SIU', Object.keys(scheduleEvents), { requires: ['SCH'], map: mapSchedule }),
  ...each('MDM', Object.keys(documentEvents), { requires: [...patient, 'TXA'], map: mapDocument }),
  ...each('REF', Object.keys(referralEvents), { requires: [...patient, 'RF1'], map: mapReferral }),
  ...each('VXU', ['V04'], { requires: [...patient, 'RXA'], map: mapVaccinations }),
  ...each('ORM', ['O01'], { requires: [...patient, 'ORC'], map: mapOrders }),
  ...each('OML', ['O21'], { requires: [...patient, 'ORC'], map: mapOrders }),
  ...each('ORU', ['R01'], { requires: [...patient, 'OBR', 'OBR-4'], map: mapResults }),
])

/** What a message says. Pure: the same message, feed and time of receipt give the same answer. */
export function mapMessage(
  message: Message,
  header: Header,
  settings: FeedSettings,
  receivedAt: string,
  how: { readonly alone: boolean } = { alone: false },
): Result<Mapped, Fault> {
  const kind = mappings[messageType(header)]
  if (kind === undefined) return err({ code: 'hl7.unsupported', facts: { type: messageType(header) } })
  const pv1 = firstSegment(message, 'PV1')
  const facility = pv1 === null ? '' : read(pv1, '3.4')
  const siteId = siteFor(settings, header.facility, facility)
  if (siteId === null) {
    const named = facility || header.facility?.namespace || header.facility?.universalId || ''
    return err({ code: 'hl7.unknown-site', facts: { facility: named.slice(0, 80), place: 'MSH-4' } })
  }
  const unread: string[] = []
  const files: MappedFile[] = []
  const context: MappingContext = {
    settings,
    header,
    siteId,
    receivedAt,
    alone: how.alone,
    unread: (place) => unread.push(place),
    file: (file) => files.push(file),
  }
  try {
    const { intents, operations } = kind.map(message, context)
    const marked = markIntents(intents, message, settings)
    return ok({ version: mappingVersion, intents: marked, operations, unread: [...new Set(unread)], files })
  } catch (thrown) {
    if (thrown instanceof MappingFailed) return err(thrown.fault)
    throw thrown
  }
}
