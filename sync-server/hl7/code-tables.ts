import { z } from 'zod'
import {
  addressUses,
  allergyCategories,
  allergyCriticalities,
  appointmentStatuses,
  diagnosisUses,
  documentStatuses,
  encounterClasses,
  genders,
  knownSystems,
  nameUses,
  orderControls,
  orderStates,
  priorities,
  referralStatuses,
  relatedRoles,
  reportStatuses,
  resultCategories,
  resultStatuses,
  telecomSystems,
  telecomUses,
  vaccinationStatuses,
} from './mapping/tables.ts'

// Codes of a sender's own: for which code of an HL7 table each of them stands, as a feed settles it. What a code of the
// table is to us is the mapping's; so is what becomes of a code that neither knows.

type CodeTable = {
  /** What it is about, and where it is read. */
  readonly name: string
  /** The codes that the mapping knows, and what each is. */
  readonly codes: Readonly<Record<string, string>>
}

/** By the number of the table. What marks something as sensitive has rows of its own (`confidentiality`). */
export const codeTables = {
  '0001': { name: 'sex, PID-8', codes: genders },
  '0002': {
    name: 'marital status, PID-16',
    codes: {
      A: 'separated',
      B: 'unmarried',
      C: 'common law',
      D: 'divorced',
      E: 'legally separated',
      G: 'living together',
      I: 'interlocutory',
      M: 'married',
      N: 'annulled',
      O: 'other',
      P: 'domestic partner',
      R: 'registered partner',
      S: 'single',
      T: 'unreported',
      U: 'unknown',
      W: 'widowed',
    },
  },
  '0004': { name: 'class of a visit, PV1-2', codes: encounterClasses },
  '0005': {
    name: 'race, PID-10',
    codes: {
      '1002-5': 'American Indian or Alaska Native',
      '2028-9': 'Asian',
      '2054-5': 'Black or African American',
      '2076-8': 'Native Hawaiian or other Pacific Islander',
      '2106-3': 'White',
      '2131-1': 'other',
    },
  },
  '0038': { name: 'status of an order, ORC-5', codes: orderStates },
  '0052': { name: 'type of a diagnosis, DG1-6', codes: diagnosisUses },
  '0063': {
    name: 'relationship, NK1-3, GT1-11, IN1-17',
    codes: {
      BRO: 'brother',
      CGV: 'care giver',
      CHD: 'child',
      DEP: 'dependant',
      DOM: 'life partner',
      EMC: 'emergency contact',
      EXF: 'extended family',
      FCH: 'foster child',
      FND: 'friend',
      FTH: 'father',
      GCH: 'grandchild',
      GRD: 'guardian',
      GRP: 'grandparent',
      MTH: 'mother',
      NCH: 'natural child',
      OTH: 'other',
      PAR: 'parent',
      SCH: 'stepchild',
      SEL: 'self',
      SIB: 'sibling',
      SIS: 'sister',
      SPO: 'spouse',
      UNK: 'unknown',
      WRD: 'ward of court',
    },
  },
  '0074': { name: 'section, OBR-24', codes: { ...resultCategories, LAB: 'laboratory' } },
  '0085': { name: 'status of a result, OBX-11', codes: resultStatuses },
  '0119': { name: 'what is done to an order, ORC-1', codes: orderControls },
  '0123': { name: 'status of a report, OBR-25', codes: reportStatuses },
  '0127': { name: 'type of an allergy, AL1-2', codes: allergyCategories },
  '0128': { name: 'severity of an allergy, AL1-4', codes: allergyCriticalities },
  '0131': { name: 'role of a contact, NK1-7', codes: relatedRoles },
  '0189': { name: 'ethnicity, PID-22', codes: { H: 'Hispanic', N: 'not Hispanic', U: 'unknown' } },
  '0190': { name: 'kind of an address', codes: addressUses },
  '0200': { name: 'kind of a name', codes: nameUses },
  '0201': { name: 'use of a number', codes: telecomUses },
  '0202': { name: 'equipment of a number', codes: telecomSystems },
  '0271': { name: 'status of a document, TXA-17', codes: documentStatuses },
  '0278': { name: 'status of an appointment, SCH-25', codes: appointmentStatuses },
  '0283': { name: 'status of a referral, RF1-1', codes: referralStatuses },
  '0322': { name: 'whether a vaccine was given, RXA-20', codes: vaccinationStatuses },
  '0396': { name: 'names of code systems', codes: knownSystems },
  '0485': { name: 'priority, ORC-7, TQ1-9, RF1-2', codes: priorities },
} as const satisfies Readonly<Record<string, CodeTable>>
export type CodeTableNumber = keyof typeof codeTables

export function isCodeTable(number: string | undefined): number is CodeTableNumber {
  return number !== undefined && Object.hasOwn(codeTables, number)
}

/** In the order of their numbers. */
export const codeTableNumbers = Object.keys(codeTables).filter(isCodeTable).toSorted()

export const codeRowSchema = z
  .strictObject({
    table: z.string().refine(isCodeTable, 'not a table that Rounds reads'),
    /** As the sender writes it; capitals and small letters are one. */
    code: z.string().trim().toUpperCase().min(1).max(80),
    /** The code of the table that it stands for. */
    means: z.string(),
  })
  .refine(({ table, means }) => !isCodeTable(table) || Object.hasOwn(codeTables[table].codes, means), {
    path: ['means'],
    error: 'not a code of that table',
  })
export type CodeRow = z.infer<typeof codeRowSchema>

/** What a feed settles of it. */
export type OwnCodes = { readonly codes: readonly CodeRow[] }

/** The code for which a feed says that a sender's own stands: by the first row that fits. Null: no row does. */
export function meantCode({ codes }: OwnCodes, table: CodeTableNumber, code: string): string | null {
  if (codes.length === 0) return null
  const written = code.trim().toUpperCase()
  return codes.find((row) => row.table === table && row.code === written)?.means ?? null
}

/** The code of the table, in capitals: the one that is meant, else the one that was sent. */
export function standardCode(own: OwnCodes, table: CodeTableNumber, code: string): string {
  return meantCode(own, table, code) ?? code.toUpperCase()
}
