import { standardCode } from '../code-tables.ts'
import type { Segment } from '../parse/message.ts'
import { read, repetitionsOf } from '../parse/path.ts'
import { readXon } from './organization.ts'
import { mapping } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { addressesOf, namesOf, telecomsOf } from './person.ts'
import { personRecord } from './record.ts'
import type { About } from './record.ts'
import { subscriberRelationships } from './tables.ts'
import { conceptAt, dateAt, identifiersAt, momentAt, oneLine } from './value-readers.ts'

/** IN1: a snapshot of what pays for the patient's care. */
export function coverage(segments: readonly Segment[], about: About, context: MappingContext): MappedParts {
  const listed = segments.filter(({ name }) => name === 'IN1')
  const intents = listed.flatMap((segment) => insurance(segment, about, context) ?? [])
  // A list of which a line can't be read ends nothing: it may be the one.
  if (listed.length === 0 || intents.length < listed.length) return mapping(intents)
  const kept = intents.map(({ label }) => label)
  const ended = { status: 'cancelled' }
  return mapping(intents, [{ type: 'snapshot', module: 'coverage', of: about.patient, kept, ended }])
}

function insurance(segment: Segment, about: About, context: MappingContext): Intent | null {
  const place = `IN1[${segment.occurrence}]`
  const plan = conceptAt(segment, 2, context)
  const payor = readXon(segment, 4) || (plan?.text ?? plan?.codings[0]?.code ?? '')
  if (payor === '') {
    context.unread(`${place}-4`)
    return null
  }
  const text = (field: number, max: number): string | undefined =>
    oneLine(read(segment, String(field))).slice(0, max) || undefined
  const member = text(49, 80) ?? text(36, 80)
  const [insured] = namesOf(repetitionsOf(segment, 16), `${place}-16`, context)
  const start = dateAt(segment, '12', `${place}-12`, context)
  const end = dateAt(segment, '13', `${place}-13`, context)
  const period = Object.fromEntries(Object.entries({ start, end }).filter(([, at]) => at !== undefined))
  const order = Number(read(segment, '22') || read(segment, '1'))
  const telecoms = telecomsOf(
    [{ repetitions: repetitionsOf(segment, 7), usual: 'work' }],
    `${place}-7`,
    context,
  )
  const addresses = addressesOf(repetitionsOf(segment, 5), `${place}-5`, context)
  const payorIdentifiers = identifiersAt(segment, 3, 'NIIP', context)
  return personRecord(
    {
      module: 'coverage',
      label: `${place} of ${about.patient}`,
      key: ['coverage', plan?.codings[0]?.code ?? '', payorIdentifiers[0]?.key ?? payor, member ?? ''],
      fields: {
        status: 'active',
        order: Number.isInteger(order) && order >= 1 && order <= 99 ? order : undefined,
        payor: payor.slice(0, 250),
        payorIdentifiers: payorIdentifiers.length === 0 ? undefined : payorIdentifiers.slice(0, 8),
        payorTelecoms: telecoms.length === 0 ? undefined : telecoms.slice(0, 8),
        payorAddresses: addresses.length === 0 ? undefined : addresses.slice(0, 4),
        plan,
        groupNumber: text(8, 80),
        groupName: readXon(segment, 9).slice(0, 250) || undefined,
        subscriberId: member,
        relationship: subscriberRelationships[standardCode(context.settings, '0063', read(segment, '17'))],
        subscriberName:
          insured === undefined ? undefined : [...insured.given, insured.family].filter(Boolean).join(' '),
        subscriberBirthDate: dateAt(segment, '18', `${place}-18`, context),
        period: Object.keys(period).length === 0 ? undefined : period,
        authorization: text(14, 250),
        verifiedAt: momentAt(segment, '29', `${place}-29`, context),
      },
      places: { payor: `${place}-4`, period: `${place}-12`, subscriberId: `${place}-49` },
      adds: [],
    },
    { ...about, encounter: null },
    context,
  )
}
