import type { Json } from '#app/kernel/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { conceptText, zonedAt } from '#app/values/index.ts'
import type { Identifier, ZonedTime } from '#app/values/index.ts'
import { standardCode } from '../code-tables.ts'
import type { Message, Segment } from '../parse/message.ts'
import { firstSegment, isNull, read, readWhole, repetitionsOf } from '../parse/path.ts'
import { hasTime, localTime, momentOf } from '../parse/timestamp.ts'
import type { Timestamp } from '../parse/timestamp.ts'
import { readEi } from '../parse/types.ts'
import { sensitiveAt } from '../confidentiality/marks.ts'
import { mapping, MappingFailed, stated } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { namedPatient } from './patient.ts'
import { namedRelatives } from './related/related.ts'
import { resourceOf, takenAwayOf } from './resources.ts'
import { appointmentStatuses, minutesIn } from './tables.ts'
import { conceptAt, identifierOf, lines, professionalAt, timestampAt } from './value-readers.ts'

// SCH and what goes with it. An appointment is the filler's (SCH-2), else the placer's (SCH-1).

const appointmentPlaces = {
  identifiers: 'SCH-2',
  status: 'SCH-25',
  start: 'TQ1-7',
  durationMinutes: 'SCH-9',
  practitioner: 'AIP-3',
  service: 'AIS-3',
  reason: 'SCH-7',
  note: 'NTE-3',
} as const

type ScheduleEvent = {
  /** What the appointment is after it, unless SCH-25 says otherwise. */
  readonly status: DataOfModule<'appointments'>['status'] | null
  readonly takesBack?: string
}

/** HL7 v2.9 chapter 10: new, rescheduled, changed, cancelled, discontinued, deleted, did not come. */
export const scheduleEvents = {
  S12: { status: 'booked' },
  S13: { status: 'booked' },
  S14: { status: null },
  S15: { status: 'cancelled', takesBack: 'the appointment' },
  S16: { status: 'cancelled', takesBack: 'the appointment' },
  S17: { status: 'entered-in-error', takesBack: 'the appointment' },
  S26: { status: 'noshow', takesBack: 'the appointment' },
} as const satisfies Readonly<Record<string, ScheduleEvent>>

const events = new Map<string, ScheduleEvent>(Object.entries(scheduleEvents))

export function mapSchedule(message: Message, context: MappingContext): MappedParts {
  const patient = namedPatient(message, context)
  const pid = firstSegment(message, 'PID')
  const about = { patient: patient.label, encounter: null }
  const relatives = pid === null ? [] : namedRelatives(pid, message.segments, about, context)
  return mapping([patient, ...relatives, appointmentIntent(message, patient.label, context)])
}

function appointmentIntent(message: Message, patient: string, context: MappingContext): Intent {
  const sch = firstSegment(message, 'SCH')
  if (sch === null) throw new MappingFailed('there is no schedule', 'SCH')
  const identifiers = numbersOf(sch, context)
  const [first] = identifiers
  if (first === undefined) throw new MappingFailed('the appointment has no number', 'SCH-2')
  const event = events.get(context.header.trigger)
  const start = startOf(message, sch, context)
  // What is taken back is known already, with its time; a new appointment can't do without one.
  if (start === null && event?.takesBack === undefined)
    throw new MappingFailed('the time of the appointment is absent or unreadable', 'SCH-11')
  const said = { identifiers, ...appointmentFields(message, sch, start, event, context) }
  return {
    label: 'appointment',
    module: 'appointments',
    identity: { by: 'cause', cause: ['appointment', first.key], of: null, numbers: identifiers },
    set: { ...stated(said), siteId: context.siteId },
    create: {},
    links: { patientId: { label: patient, optional: false } },
    adds: ['identifiers'],
    ranks: null,
    places: appointmentPlaces,
    dated: 'by-source-time',
    takesAway: takenAway(message, context),
    sensitivities: sensitiveAt(context.settings, 'AIS-3', resourceOf(message, 'AIS'), 3),
    ...(event?.takesBack === undefined ? {} : { takesBack: event.takesBack }),
  }
}

/** Who and what an appointment does without from now on, where it still has them. */
function takenAway(message: Message, context: MappingContext): Record<string, Json> {
  const [ais, aip] = [takenAwayOf(message, 'AIS'), takenAwayOf(message, 'AIP')]
  return stated({
    service: ais === null ? undefined : conceptAt(ais, 3, context),
    practitioner: aip === null ? undefined : professionalAt(aip, 3, context),
  })
}

function appointmentFields(
  message: Message,
  sch: Segment,
  start: Timestamp | null,
  event: ScheduleEvent | undefined,
  context: MappingContext,
): Record<string, unknown> {
  const ais = resourceOf(message, 'AIS')
  const aip = resourceOf(message, 'AIP')
  const status = standardCode(context.settings, '0278', read(sch, '25')).replaceAll(/[^A-Z]/g, '')
  const takenBack = event?.takesBack !== undefined
  const reason = conceptAt(sch, 7, context, 'HL70276') ?? conceptAt(sch, 6, context)
  return {
    start: start === null ? undefined : zoned(start, context),
    durationMinutes: start === null ? undefined : durationOf(message, sch, start, context),
    // The event counts where it takes something back, whatever SCH-25 was left at.
    status: takenBack ? event.status : (appointmentStatuses[status] ?? event?.status ?? undefined),
    practitioner: aip === null ? undefined : professionalAt(aip, 3, context),
    service: (ais === null ? undefined : conceptAt(ais, 3, context)) ?? conceptAt(sch, 8, context, 'HL70277'),
    reason: takenBack ? undefined : reason,
    cancelReason: takenBack && reason !== undefined ? conceptText(reason).slice(0, 200) : undefined,
    note: noteAfter(message, sch),
  }
}

/** The filler's number first. Without an authority of its own it belongs to the sending system. */
function numbersOf(sch: Segment, context: MappingContext): Identifier[] {
  const number = (field: number, type: string): Identifier[] => {
    const [repetition] = repetitionsOf(sch, field)
    const given = repetition === undefined ? null : readEi(repetition)
    return given === null || given.value === '' ? [] : [identifierOf(given, type, type, context)]
  }
  return [...number(2, 'FILL'), ...number(1, 'PLAC')]
}

/** TQ1-7, else AIS-4, else SCH-11.4, else where a resource begins. Needs a time of day. */
function startOf(message: Message, sch: Segment, context: MappingContext): Timestamp | null {
  const places = [
    ['TQ1', '7'],
    ['AIS', '4'],
    ['SCH', '11.4'],
    ['AIG', '8'],
    ['AIP', '6'],
    ['AIL', '6'],
  ] as const
  for (const [name, at] of places) {
    const segment =
      name === 'SCH' ? sch : name === 'TQ1' ? firstSegment(message, name) : resourceOf(message, name)
    const stamp = segment === null ? undefined : timestampAt(segment, at, `${name}-${at}`, context)
    if (stamp !== undefined && hasTime(stamp)) return stamp
  }
  return null
}

function zoned(start: Timestamp, context: MappingContext): ZonedTime {
  const { zone } = context.settings
  const { instant, flag } = momentOf(start, zone)
  if (flag !== null) context.unread(`start: ${flag}`)
  // An offset names the moment; the wall of the site shows it in its own time.
  if (start.offset !== null) return zonedAt(Math.floor(Date.parse(instant) / 60_000) * 60_000, zone)
  return { local: `${localTime(start, zone)}:00`, zone }
}

/** SCH-9 in its unit, else to the end that TQ1-8 or SCH-11.5 states, else what AIS-7 says. */
function durationOf(
  message: Message,
  sch: Segment,
  start: Timestamp,
  context: MappingContext,
): number | undefined {
  const ais = resourceOf(message, 'AIS')
  const tq1 = firstSegment(message, 'TQ1')
  const { zone } = context.settings
  const end =
    (tq1 === null ? undefined : timestampAt(tq1, '8', 'TQ1-8', context)) ??
    timestampAt(sch, '11.5', 'SCH-11.5', context)
  const between =
    end === undefined || !hasTime(end)
      ? undefined
      : (Date.parse(momentOf(end, zone).instant) - Date.parse(momentOf(start, zone).instant)) / 60_000
  const candidates = [
    between,
    inMinutes(read(sch, '9'), read(sch, '10')),
    ais === null ? undefined : inMinutes(read(ais, '7'), read(ais, '8')),
  ]
  return candidates
    .map((minutes) => Math.round(minutes ?? 0))
    .find((minutes) => minutes >= 1 && minutes <= 10_080)
}

function inMinutes(amount: string, unit: string): number | undefined {
  const minutes = minutesIn[unit.toUpperCase()]
  return /^\d{1,6}(\.\d+)?$/.test(amount) && minutes !== undefined ? Number(amount) * minutes : undefined
}

/** The notes that stand right after SCH (and TQ1). */
function noteAfter(message: Message, sch: Segment): string | null | undefined {
  const notes: string[] = []
  for (const segment of message.segments.slice(message.segments.indexOf(sch) + 1)) {
    if (segment.name === 'TQ1') continue
    if (segment.name !== 'NTE') break
    if (isNull(segment, '3')) return null
    notes.push(lines(readWhole(segment, '3')))
  }
  const text = notes.filter((note) => note !== '').join('\n')
  return text === '' ? undefined : text
}
