import type { Id } from '#app/kernel/index.ts'
import type { DocumentOfModule } from '#app/modules/index.ts'
import type { Identifier, Telecom } from '#app/values/index.ts'
import { identifier } from '#app/values/index.ts'
import { ownAuthority } from './own-authority.ts'
import { NULL, segment } from './segments.ts'
import type { Field, Repetition } from './segments.ts'
import {
  addressValue,
  codingValue,
  conceptValue,
  identifierValue,
  momentText,
  nameValue,
  professionalValue,
  telecomValue,
} from './values.ts'

// PID and PD1 of a patient of ours. A snapshot: what it lists is all there is. What a person has asked to keep to ourselves
// (confidential addresses and numbers) and numbers that find nobody at a hospital do not leave.

export type Patient = DocumentOfModule<'patients'>

/** Table 0001. */
const genders = { female: 'F', male: 'M', other: 'O', unknown: 'U' } as const

const kept: ReadonlySet<string> = new Set(['SS', 'SSN', 'DL', 'PPN', 'TAX'])

/** Each field that is sent, by the field of ours that it says. */
export const written = {
  names: ({ names }: Patient): Field => names.map(nameValue),
  birthDate: ({ birthDate }: Patient): Field => (birthDate === null ? '' : birthDate.replaceAll('-', '')),
  administrativeGender: ({ administrativeGender: gender }: Patient): Field =>
    gender === null ? '' : genders[gender],
  races: ({ races }: Patient): Field => races.map(codingValue),
  addresses: ({ addresses }: Patient): Field =>
    addresses.filter(({ confidential }) => !confidential).map(addressValue),
  languages: ({ languages }: Patient): Field => {
    const spoken = languages.find(({ preferred }) => preferred) ?? languages[0]
    return spoken?.language ?? ''
  },
  maritalStatus: ({ maritalStatus }: Patient): Field =>
    maritalStatus === null ? '' : [conceptValue(maritalStatus)],
  ethnicities: ({ ethnicities }: Patient): Field => ethnicities.map(codingValue),
  birthOrder: ({ birthOrder }: Patient): Field => (birthOrder === null ? '' : String(birthOrder)),
} as const

/** `before`: what was told last, so that what is empty now can be said to be. */
export function patientSegments(
  patient: Patient,
  before: Patient | null,
  where: { readonly orgId: Id; readonly zone: string },
): readonly string[] {
  const said = (read: (of: Patient) => Field): Field => {
    const field = read(patient)
    return field.length === 0 && before !== null && read(before).length > 0 ? NULL : field
  }
  const pid = segment('PID', {
    1: '1',
    3: numbers(patient, where.orgId),
    5: written.names(patient),
    7: said(written.birthDate),
    8: said(written.administrativeGender),
    10: said(written.races),
    11: said(written.addresses),
    13: said((of) => phones(of, isPersonal)),
    14: said((of) => phones(of, (one) => !isPersonal(one))),
    15: said(written.languages),
    16: said(written.maritalStatus),
    22: said(written.ethnicities),
    25: said(written.birthOrder),
    29: patient.deceased?.at === undefined ? '' : momentText(patient.deceased.at, where.zone),
    30: patient.deceased === null ? '' : patient.deceased.deceased ? 'Y' : 'N',
  })
  const { generalPractitioner } = patient
  if (generalPractitioner === null) return [pid]
  return [pid, segment('PD1', { 4: [professionalValue(generalPractitioner)] })]
}

function numbers({ id, identifiers }: Patient, orgId: Id): readonly Repetition[] {
  const own = identifier({ value: id, type: 'PI', authority: ownAuthority(orgId) })
  const others = identifiers.filter((one) => isTold(one) && one.key !== own.key)
  return [...others, own].map(identifierValue)
}

function isTold({ type, use, authority }: Identifier): boolean {
  return authority !== undefined && use !== 'old' && !kept.has(type)
}

export function isPersonal({ use, system }: Telecom): boolean {
  return use !== 'work' || system === 'email'
}

function phones({ telecoms }: Patient, which: (one: Telecom) => boolean): readonly Repetition[] {
  return telecoms
    .filter((one) => !one.confidential && which(one))
    .flatMap((one) => {
      const value = telecomValue(one)
      return value === null ? [] : [value]
    })
}
