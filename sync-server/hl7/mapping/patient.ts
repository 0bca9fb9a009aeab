import type { HumanName, Identifier } from '#app/values/index.ts'
import type { Message, Part, Segment } from '../parse/message.ts'
import { firstSegment, read, repetitionsOf } from '../parse/path.ts'
import { demographics } from './demographics.ts'
import { MappingFailed, stated } from './mapped.ts'
import type { Intent, MappingContext } from './mapped.ts'
import { namesOf } from './person.ts'
import { dateAt, identifiersAt, withoutRepeats } from './value-readers.ts'

// PID and PD1. Who a patient is comes from PID-3 alone: exact value, authority and type. A social security number is kept
// as it came, and finds nobody.

const neverFindsAnybody: ReadonlySet<string> = new Set(['SS', 'SSN', 'DL', 'PPN', 'TAX'])

function findsSomebody(type: string): boolean {
  return !neverFindsAnybody.has(type)
}

export const patientPlaces = {
  identifiers: 'PID-3',
  names: 'PID-5',
  birthDate: 'PID-7',
  administrativeGender: 'PID-8',
  races: 'PID-10',
  addresses: 'PID-11',
  telecoms: 'PID-13',
  languages: 'PID-15',
  maritalStatus: 'PID-16',
  ethnicities: 'PID-22',
  birthOrder: 'PID-25',
  deceased: 'PID-30',
  generalPractitioner: 'PD1-4',
  siteIds: 'PV1-3',
} as const

export type PatientSource = {
  readonly label: string
  readonly pid: Part
  readonly pd1: Part | null
  /** Where else numbers of the patient stand: IN2-61 and DB1-3. */
  readonly segments: readonly Segment[]
  /**
   * `states`: the message is about the patient and what it says holds. `names`: it is about something else; it makes a
   * patient that is not known yet, and changes none that is.
   */
  readonly role: 'states' | 'names'
}

export function patientIntent(
  { label, pid, pd1, segments, role }: PatientSource,
  context: MappingContext,
): Intent {
  const listed = identifiersAt(pid, 3, 'MR', context)
  const finding = listed.filter(({ type }) => findsSomebody(type))
  if (finding.length === 0 && !context.alone)
    throw new MappingFailed('no identifier of the patient can be used', 'PID-3')
  const identifiers = withoutRepeats(
    [...listed, ...otherIdentifiers(pid, context), ...numbersIn(segments, context)].slice(0, 64),
  )
  const names = namesOfPatient(pid, context)
  const birthDate = dateAt(pid, '7', 'PID-7', context)
  const said = { ...stated({ identifiers }), ...demographics(pid, pd1, names, birthDate, context) }
  const siteIds = { siteIds: [context.siteId] }
  const unnamed = stated({ names: [nobody] })
  return {
    label,
    module: 'patients',
    identity: { by: 'identifiers', identifiers: finding, names, birthDate: birthDate ?? null },
    set: role === 'states' ? { ...said, ...siteIds } : siteIds,
    create: role === 'states' ? unnamed : { ...unnamed, ...said },
    links: {},
    adds: ['identifiers', 'siteIds'],
    ranks: null,
    places: patientPlaces,
  }
}

/** The record that ends (MRG): it is made where it is not known, so that its numbers lead to the one that lives on. */
export function priorPatientIntent(label: string, mrg: Part, context: MappingContext): Intent {
  const field = repetitionsOf(mrg, 1).length > 0 ? 1 : 4
  const identifiers = identifiersAt(mrg, field, 'MR', context).filter(({ type }) => findsSomebody(type))
  if (identifiers.length === 0) throw new MappingFailed('the prior number is not named', 'MRG-1')
  const names = namesOf(repetitionsOf(mrg, 7), 'MRG-7', context)
  const siteIds = { siteIds: [context.siteId] }
  return {
    label,
    module: 'patients',
    identity: { by: 'identifiers', identifiers, names: [], birthDate: null },
    set: siteIds,
    create: stated({ names: names.length > 0 ? names : [nobody], identifiers }),
    links: {},
    adds: ['siteIds'],
    ranks: null,
    places: { identifiers: 'MRG-1', names: 'MRG-7', siteIds: 'PV1-3' },
  }
}

/** Stands in for a name until one is sent. */
export const nobody: HumanName = {
  key: 'anonymous-A-1',
  use: 'anonymous',
  given: [],
  prefix: [],
  suffix: [],
  text: 'Name not known',
  representation: 'A',
}

/** Numbers that stand in fields of their own: kept beside PID-3, and nobody is found by them. */
function otherIdentifiers(pid: Part, context: MappingContext): Identifier[] {
  return [
    ...identifiersAt(pid, 2, 'PT', context),
    ...identifiersAt(pid, 4, 'PI', context),
    ...identifiersAt(pid, 19, 'SS', context),
    ...identifiersAt(pid, 20, 'DL', context),
  ]
}

/** The patient's number with an insurer, and as a person with a disability (DB1-2 tells whose it is). */
function numbersIn(segments: readonly Segment[], context: MappingContext): Identifier[] {
  return segments.flatMap((segment) => {
    if (segment.name === 'IN2') return identifiersAt(segment, 61, 'MB', context)
    const isPatients = segment.name === 'DB1' && read(segment, '2').toUpperCase() === 'PT'
    return isPatients ? identifiersAt(segment, 3, 'PI', context) : []
  })
}

/** PID-5, and the other names of PID-9 (before 2.4 the place for them). */
export function namesOfPatient(pid: Part, context: MappingContext): HumanName[] {
  const aliases = namesOf(repetitionsOf(pid, 9), 'PID-9', context, 'usual')
  const names = namesOf(repetitionsOf(pid, 5), 'PID-5', context)
  const taken = new Set(names.map(({ key }) => key))
  return [...names, ...aliases.map((alias) => ({ ...alias, key: freeKey(alias.key, taken) }))]
}

function freeKey(key: string, taken: ReadonlySet<string>): string {
  return taken.has(key) ? `${key}-alias` : key
}

/** The patient of a message that is about something else. */
export function namedPatient(message: Message, context: MappingContext): Intent {
  const pid = firstSegment(message, 'PID')
  if (pid === null) throw new MappingFailed('there is no patient', 'PID')
  const { segments } = message
  const pd1 = firstSegment(message, 'PD1')
  return patientIntent({ label: 'patient', pid, pd1, segments, role: 'names' }, context)
}
