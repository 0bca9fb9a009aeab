import { Temporal } from 'temporal-polyfill'
import type {
  Address,
  CodeableConcept,
  Coding,
  HumanName,
  Identifier,
  Professional,
  Telecom,
} from '#app/values/index.ts'
import { knownSystems } from '../mapping/tables.ts'
import type { Component, Repetition } from './segments.ts'

// Values of ours as data types of HL7: what `mapping/person.ts` and `mapping/value-readers.ts` read, the other way round.

/** Table 0200. */
const nameTypes: Readonly<Record<HumanName['use'], string>> = {
  official: 'L',
  usual: 'D',
  nickname: 'N',
  maiden: 'M',
  anonymous: 'S',
  temp: 'TEMP',
  old: 'BAD',
}

/** Table 0190. */
const addressTypes: Readonly<Record<Address['use'], string>> = {
  home: 'H',
  work: 'B',
  mailing: 'M',
  billing: 'BI',
  temp: 'C',
  birth: 'N',
  old: 'BA',
}

/** Table 0201. */
const telecomUses: Readonly<Record<Telecom['use'], string>> = {
  home: 'PRN',
  work: 'WPN',
  mobile: 'PRN',
  temp: 'VHN',
  old: '',
}

/** Table 0202; what has no code there is not sent. */
const telecomEquipment: Readonly<Record<Telecom['system'], string>> = {
  phone: 'PH',
  sms: 'CP',
  fax: 'FX',
  email: 'Internet',
  pager: 'BP',
  url: '',
  other: '',
}

/** XPN. */
export function nameValue(name: HumanName): Repetition {
  const [given = '', ...middle] = name.given
  const family = name.family ?? (name.given.length === 0 ? (name.text ?? '') : '')
  const representation = name.representation === 'A' ? '' : name.representation
  return [
    family,
    given,
    middle.join(' '),
    name.suffix.join(' '),
    name.prefix.join(' '),
    '',
    nameTypes[name.use],
    representation,
  ]
}

/** XAD. */
export function addressValue({ lines, use, ...rest }: Address): Repetition {
  const [street = '', ...others] = lines
  const { city = '', state = '', postalCode = '', country = '', district = '' } = rest
  return [street, others.join(', '), city, state, postalCode, country, addressTypes[use], '', district]
}

/** XTN: the number in its first component, which every version reads. Null where HL7 has no word for it. */
export function telecomValue({ system, value, use }: Telecom): Repetition | null {
  const equipment = use === 'mobile' && system === 'phone' ? 'CP' : telecomEquipment[system]
  if (equipment === '' || telecomUses[use] === '') return null
  if (system === 'email') return ['', use === 'home' ? 'NET' : telecomUses[use], equipment, value]
  return [value, telecomUses[use], equipment]
}

/** CX: the value with who gave it out, and its type. */
export function identifierValue({ value, authority, type }: Identifier): Repetition {
  const { namespace = '', universalId = '', universalIdType = '' } = authority ?? {}
  return [value, '', '', [namespace, universalId, universalIdType], type]
}

/** Names of code systems for their URIs (table 0396); the first name of each counts. */
const systemNames: ReadonlyMap<string, string> = new Map(
  Object.entries(knownSystems)
    .toReversed()
    .map(([name, uri]) => [uri, name]),
)

function systemName(system: string): string {
  const table = /^http:\/\/terminology\.hl7\.org\/CodeSystem\/v2-(\d{4})$/.exec(system)?.[1]
  if (table !== undefined) return `HL7${table}`
  const local = /^urn:(?:oid|rounds:local):(.+)$/.exec(system)?.[1]
  return systemNames.get(system) ?? local ?? system
}

/** CWE, without an alternative. */
export function codingValue({ code, display = '', system }: Coding): Repetition {
  return [code, display, systemName(system)]
}

export function conceptValue({ codings: [coding], text }: CodeableConcept): Repetition {
  return coding === undefined ? ['', text ?? ''] : codingValue(coding)
}

/** XCN: one identifier, and the name in one piece where it came so. */
export function professionalValue({ name = '', identifiers: [first] }: Professional): Repetition {
  const { namespace = '', universalId = '', universalIdType = '' } = first?.authority ?? {}
  const authority: Component = [namespace, universalId, universalIdType]
  return [first?.value ?? '', name, '', '', '', '', '', '', authority, '', '', '', first?.type ?? '']
}

/** DT or DTM of a moment of ours: as precise as it is, and with its offset where it has a time. */
export function momentText(moment: string, zone: string): string {
  if (moment.length <= 10) return moment.replaceAll('-', '')
  const zoned = Temporal.Instant.from(moment).toZonedDateTimeISO(zone)
  const local = zoned.toPlainDateTime().toString({ smallestUnit: 'second' })
  return local.replaceAll(/[-:T]/g, '') + zoned.offset.replace(':', '')
}
