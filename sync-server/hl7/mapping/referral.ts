import { standardCode } from '../code-tables.ts'
import type { Message, Segment } from '../parse/message.ts'
import { firstSegment, read, repetitionsOf } from '../parse/path.ts'
import { readEi } from '../parse/types.ts'
import { namedVisit } from './encounter.ts'
import { mapping, MappingFailed } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { notesOf } from './orders.ts'
import { namedPatient } from './patient.ts'
import { namesOf } from './person.ts'
import { namedRelatives } from './related/related.ts'
import { siteRecord } from './record.ts'
import type { About } from './record.ts'
import { findingIntents } from './result.ts'
import { looseFindings } from './segment-groups.ts'
import { priorities, referralStatuses } from './tables.ts'
import { conceptAt, dateAt, identifierOf, identifiersAt, momentAt } from './value-readers.ts'

// REF: a referral, known by the number of who sends it (RF1-6), else of who receives it (RF1-11).

export const referralEvents = {
  I12: { status: 'sent' },
  I13: { status: null },
  I14: { status: 'cancelled', takesBack: 'the referral' },
} as const satisfies Readonly<Record<string, ReferralEvent>>

type ReferralEvent = { readonly status: string | null; readonly takesBack?: string }

const events = new Map<string, ReferralEvent>(Object.entries(referralEvents))

export function mapReferral(message: Message, context: MappingContext): MappedParts {
  const patient = namedPatient(message, context)
  const [pid, rf1] = [firstSegment(message, 'PID'), firstSegment(message, 'RF1')]
  if (pid === null || rf1 === null) throw new MappingFailed('there is no referral', 'RF1')
  const visit = {
    label: patient.label,
    pid,
    pv1: firstSegment(message, 'PV1'),
    pv2: firstSegment(message, 'PV2'),
  }
  const encounter = namedVisit(message, visit, context)
  const about = { patient: patient.label, encounter: encounter?.label ?? null }
  return mapping([
    patient,
    ...(encounter === null ? [] : [encounter]),
    ...namedRelatives(pid, message.segments, about, context),
    referralIntent(message, rf1, about, context),
    ...findingIntents(looseFindings(message.segments), about, new Map(), context),
  ])
}

function referralIntent(message: Message, rf1: Segment, about: About, context: MappingContext): Intent {
  const identifiers = [...numbersAt(rf1, 6, 'PLAC', context), ...numbersAt(rf1, 11, 'FILL', context)]
  const [first] = identifiers
  if (first === undefined && !context.alone) throw new MappingFailed('the referral has no number', 'RF1-6')
  const event = events.get(context.header.trigger)
  const provider = (role: string) => providerOf(message, role, context)
  const diagnosed = message.segments
    .filter(({ name }) => name === 'DG1')
    .flatMap((dg1) => conceptAt(dg1, 3, context) ?? [])
  return siteRecord(
    {
      module: 'referrals',
      label: 'referral',
      key: ['referral', first?.key ?? ''],
      numbers: identifiers,
      fields: {
        identifiers,
        status:
          event?.takesBack === undefined
            ? (referralStatuses[standardCode(context.settings, '0283', read(rf1, '1'))] ??
              event?.status ??
              undefined)
            : event.status,
        priority: priorities[standardCode(context.settings, '0485', read(rf1, '2'))],
        category: conceptAt(rf1, 3, context, 'HL70281'),
        reason: conceptAt(rf1, 10, context, 'HL70336'),
        diagnoses: diagnosed.length === 0 ? undefined : diagnosed.slice(0, 16),
        requester: provider('RP'),
        performer: provider('RT'),
        authoredOn: momentAt(rf1, '7', 'RF1-7', context),
        expiresOn: dateAt(rf1, '8', 'RF1-8', context),
        notes: notesOf(message.segments.filter(({ name }) => name === 'NTE')),
      },
      places: { identifiers: 'RF1-6', authoredOn: 'RF1-7', requester: 'PRD-2', reason: 'RF1-10' },
      ...(event?.takesBack === undefined ? {} : { takesBack: event.takesBack }),
    },
    about,
    context,
  )
}

function numbersAt(rf1: Segment, field: number, type: string, context: MappingContext) {
  const [repetition] = repetitionsOf(rf1, field)
  const given = repetition === undefined ? null : readEi(repetition)
  return given === null || given.value === '' ? [] : [identifierOf(given, type, type, context)]
}

/** PRD of a role (table 0286): who refers (RP), to whom (RT). */
function providerOf(message: Message, role: string, context: MappingContext) {
  const prd = message.segments.find(
    (segment) => segment.name === 'PRD' && read(segment, '1').toUpperCase() === role,
  )
  if (prd === undefined) return undefined
  const [name] = namesOf(repetitionsOf(prd, 2), 'PRD-2', context)
  const identifiers = identifiersAt(prd, 7, 'PRN', context).slice(0, 8)
  if (name === undefined && identifiers.length === 0) return undefined
  const words =
    name === undefined ? '' : [...name.prefix, ...name.given, name.family].filter(Boolean).join(' ')
  return { ...(words === '' ? {} : { name: words }), identifiers }
}
