import type { Identifier, ZonedTime } from '#app/values/index.ts'
import { zonedAt } from '#app/values/index.ts'
import type { Message, Segment } from '../parse/message.ts'
import { firstSegment, isNull, read, readWhole, repetitionsOf } from '../parse/path.ts'
import { hasTime, localTime, momentOf } from '../parse/timestamp.ts'
import type { Timestamp } from '../parse/timestamp.ts'
import { readEi } from '../parse/types.ts'
import { MappingFailed, stated } from './mapped.ts'
import type { Intent, MappingContext } from './mapped.ts'
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

export function appointmentIntent(message: Message, patient: string, context: MappingContext): Intent {
  const sch = firstSegment(message, 'SCH')
  if (sch === null) throw new MappingFailed('there is no schedule', 'SCH')
  const identifiers = numbersOf(sch, context)
  const [first] = identifiers
  if (first === undefined) throw new MappingFailed('the appointment has no number', 'SCH-2')
  const start = startOf(message, sch, context)
  if (start === null) throw new MappingFailed('the time of the appointment is absent or unreadable', 'SCH-11')
  const ais = firstSegment(message, 'AIS')
  const aip = firstSegment(message, 'AIP')
  const status = read(sch, '25')
    .toUpperCase()
    .replaceAll(/[^A-Z]/g, '')
  const said = {
    identifiers,
    start: zoned(start, context),
    durationMinutes: durationOf(message, sch, start, context),
    status: appointmentStatuses[status],
    practitioner: aip === null ? undefined : professionalAt(aip, 3, context),
    service: (ais === null ? undefined : conceptAt(ais, 3, context)) ?? conceptAt(sch, 8, context, 'HL70277'),
    reason: conceptAt(sch, 7, context, 'HL70276') ?? conceptAt(sch, 6, context),
    note: noteAfter(message, sch),
  }
  return {
    label: 'appointment',
    module: 'appointments',
    identity: { by: 'cause', cause: ['appointment', first.key], of: null },
    set: { ...stated(said), siteId: context.siteId },
    create: {},
    links: { patientId: { label: patient, optional: false } },
    adds: ['identifiers'],
    ranks: null,
    places: appointmentPlaces,
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
    const segment = name === 'SCH' ? sch : firstSegment(message, name)
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
  const ais = firstSegment(message, 'AIS')
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
