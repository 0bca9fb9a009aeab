import { err, ok } from '#app/kernel/index.ts'
import type { Result } from '#app/kernel/index.ts'
import type { Fault } from '../ack.ts'
import { siteFor } from '../feed-config.ts'
import type { FeedSettings } from '../feed-config.ts'
import { messageType } from '../header.ts'
import type { Header } from '../header.ts'
import type { Message } from '../parse/message.ts'
import { firstSegment, read } from '../parse/path.ts'
import { appointmentIntent } from './appointment.ts'
import { encounterIntent } from './encounter.ts'
import { MappingFailed } from './mapped.ts'
import type { Intent, Mapped, Mapping, MappingContext } from './mapped.ts'
import { patientIntent } from './patient.ts'
import { mapResults } from './result.ts'

export type { Identity, Intent, Mapped } from './mapped.ts'

/** Raised when a mapping reads the same message otherwise than before: a replay may then change what it wrote. */
const mappingVersion = 1

const admission: Mapping = (message, context) => {
  const patient = patientOf(message, 'states', context)
  const pid = firstSegment(message, 'PID')
  const encounter = pid === null ? null : encounterIntent(message, pid, patient.label, context)
  return encounter === null ? [patient] : [patient, encounter]
}

const schedule: Mapping = (message, context) => {
  const patient = patientOf(message, 'names', context)
  return [patient, appointmentIntent(message, patient.label, context)]
}

function patientOf(message: Message, role: 'states' | 'names', context: MappingContext): Intent {
  const pid = firstSegment(message, 'PID')
  if (pid === null) throw new MappingFailed('there is no patient', 'PID')
  return patientIntent({ label: 'patient', pid, pd1: firstSegment(message, 'PD1'), role }, context)
}

type MessageKind = {
  /** What the standard requires and the mapping can't do without. */
  readonly requires: readonly string[]
  readonly map: Mapping
}

const adt: MessageKind = { requires: ['PID', 'PID-3'], map: admission }

/** Every message type that is mapped. MSH-9 decides, whatever structure it names beside. */
export const mappings: Readonly<Record<string, MessageKind>> = {
  'ADT^A01': adt,
  'ADT^A03': adt,
  'ADT^A04': adt,
  'ADT^A08': adt,
  'SIU^S12': { requires: ['SCH'], map: schedule },
  'ORU^R01': { requires: ['PID', 'PID-3', 'OBR', 'OBR-4'], map: mapResults },
}

/** What a message says. Pure: the same message, feed and time of receipt give the same answer. */
export function mapMessage(
  message: Message,
  header: Header,
  settings: FeedSettings,
  receivedAt: string,
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
  const context: MappingContext = {
    settings,
    header,
    siteId,
    receivedAt,
    unread: (place) => unread.push(place),
  }
  try {
    return ok({ version: mappingVersion, intents: kind.map(message, context), unread: [...new Set(unread)] })
  } catch (thrown) {
    if (thrown instanceof MappingFailed) return err(thrown.fault)
    throw thrown
  }
}
