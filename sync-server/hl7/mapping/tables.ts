import type { DataOfModule } from '#app/modules/index.ts'
import { codeSystems } from '#app/values/index.ts'
import type { Address, HumanName, Telecom } from '#app/values/index.ts'

// The tables of HL7 v2 in the words of our modules. What a table lacks is said by the mapping that asks it.

type Table<Value> = Readonly<Record<string, Value>>

/** Table 0001. */
export const genders: Table<'female' | 'male' | 'other' | 'unknown'> = {
  F: 'female',
  M: 'male',
  O: 'other',
  A: 'other',
  N: 'other',
  X: 'other',
  U: 'unknown',
}

/** Table 0200. */
export const nameUses: Table<HumanName['use']> = {
  A: 'usual',
  B: 'official',
  C: 'official',
  D: 'usual',
  F: 'official',
  L: 'official',
  M: 'maiden',
  N: 'nickname',
  P: 'usual',
  R: 'official',
  S: 'anonymous',
  T: 'temp',
  TEMP: 'temp',
  BAD: 'old',
  NOUSE: 'old',
  OLD: 'old',
}

/** Table 0190. */
export const addressUses: Table<Address['use']> = {
  B: 'work',
  BA: 'old',
  BDL: 'birth',
  BI: 'billing',
  BR: 'birth',
  C: 'temp',
  H: 'home',
  HOME: 'home',
  L: 'home',
  M: 'mailing',
  N: 'birth',
  O: 'work',
  P: 'home',
  RH: 'birth',
  TMP: 'temp',
  V: 'temp',
}

/** Table 0201. */
export const telecomUses: Table<Telecom['use']> = {
  PRN: 'home',
  PRS: 'mobile',
  ORN: 'home',
  VHN: 'temp',
  WPN: 'work',
  NET: 'home',
  HOME: 'home',
  WORK: 'work',
  CELL: 'mobile',
}

/** Table 0202. */
export const telecomSystems: Table<Telecom['system']> = {
  PH: 'phone',
  CP: 'phone',
  SAT: 'phone',
  FX: 'fax',
  BP: 'pager',
  INTERNET: 'email',
  'X.400': 'email',
  TDD: 'other',
  TTY: 'other',
  MD: 'other',
}

/** Table 0004, and the words that senders write instead. */
export const encounterClasses: Table<string> = {
  E: 'emergency',
  EMERGENCY: 'emergency',
  I: 'inpatient',
  INPATIENT: 'inpatient',
  O: 'outpatient',
  OUTPATIENT: 'outpatient',
  P: 'preadmission',
  R: 'recurring',
  B: 'obstetrics',
  OBS: 'observation',
  OBSERVATION: 'observation',
  H: 'home',
  V: 'virtual',
}

/** Table 0278, and the words that senders write instead. */
export const appointmentStatuses: Table<string> = {
  BLOCKED: 'booked',
  BOOKED: 'booked',
  SCH: 'booked',
  SCHEDULED: 'booked',
  CONFIRMED: 'booked',
  OVERBOOK: 'booked',
  PENDING: 'proposed',
  WAITLIST: 'proposed',
  ARRIVED: 'arrived',
  CHECKEDIN: 'arrived',
  STARTED: 'in-progress',
  COMPLETE: 'fulfilled',
  COMPLETED: 'fulfilled',
  CANCELLED: 'cancelled',
  CANCELED: 'cancelled',
  DC: 'cancelled',
  DELETED: 'entered-in-error',
  NOSHOW: 'noshow',
}

/** Table 0085. `U`: the value stays and is final now. */
export const resultStatuses: Table<string> = {
  A: 'amended',
  B: 'final',
  C: 'corrected',
  D: 'entered-in-error',
  F: 'final',
  I: 'registered',
  N: 'unknown',
  // What was asked and answered when it was ordered: no state of a result.
  O: 'unknown',
  P: 'preliminary',
  R: 'preliminary',
  S: 'preliminary',
  U: 'final',
  V: 'final',
  W: 'entered-in-error',
  X: 'cancelled',
}

/** How far a result has come: one that stands lower never replaces one that stands higher. */
export const resultRanks: Table<number> = {
  unknown: 0,
  registered: 1,
  preliminary: 2,
  cancelled: 3,
  final: 3,
  amended: 4,
  corrected: 4,
  'entered-in-error': 5,
}

/** Table 0074, where it is not the laboratory. */
export const resultCategories: Table<string> = {
  CT: 'imaging',
  CTH: 'imaging',
  CUS: 'imaging',
  NMR: 'imaging',
  NMS: 'imaging',
  OUS: 'imaging',
  RAD: 'imaging',
  RUS: 'imaging',
  RX: 'imaging',
  XRC: 'imaging',
  VUS: 'imaging',
  VR: 'imaging',
  NRS: 'exam',
  PHY: 'exam',
  EC: 'exam',
  EN: 'exam',
  PF: 'exam',
}

/** LOINC codes of the vital signs (FHIR vital signs profile). */
export const vitalSigns: ReadonlySet<string> = new Set([
  '85353-1',
  '9279-1',
  '8867-4',
  '2708-6',
  '59408-5',
  '8310-5',
  '8302-2',
  '9843-4',
  '29463-7',
  '3141-9',
  '39156-5',
  '85354-9',
  '8480-6',
  '8462-4',
])

/** Minutes in the units of a duration (UCUM and what senders write). */
export const minutesIn: Table<number> = {
  '': 1,
  MIN: 1,
  MINS: 1,
  MINUTE: 1,
  MINUTES: 1,
  M: 1,
  S: 1 / 60,
  SEC: 1 / 60,
  H: 60,
  HR: 60,
  HRS: 60,
  HOUR: 60,
  HOURS: 60,
  D: 1440,
}

/** Table 0396: names of code systems, and their OIDs. */
export const knownSystems: Table<string> = {
  LN: codeSystems.loinc,
  LOINC: codeSystems.loinc,
  '2.16.840.1.113883.6.1': codeSystems.loinc,
  SCT: codeSystems.snomed,
  SNM: codeSystems.snomed,
  SNOMED: codeSystems.snomed,
  '2.16.840.1.113883.6.96': codeSystems.snomed,
  I10C: codeSystems.icd10cm,
  'ICD-10-CM': codeSystems.icd10cm,
  '2.16.840.1.113883.6.90': codeSystems.icd10cm,
  C4: codeSystems.cpt,
  CPT: codeSystems.cpt,
  CPT4: codeSystems.cpt,
  '2.16.840.1.113883.6.12': codeSystems.cpt,
  UCUM: codeSystems.ucum,
  '2.16.840.1.113883.6.8': codeSystems.ucum,
  CDCREC: 'urn:oid:2.16.840.1.113883.6.238',
}

/** Table 0123, of a report as a whole. */
export const reportStatuses: Table<string> = {
  A: 'partial',
  C: 'corrected',
  F: 'final',
  I: 'registered',
  M: 'final',
  N: 'registered',
  O: 'registered',
  P: 'preliminary',
  R: 'preliminary',
  S: 'registered',
  X: 'cancelled',
  Y: 'unknown',
  Z: 'unknown',
}

export const reportRanks: Table<number> = {
  unknown: 0,
  registered: 1,
  partial: 2,
  preliminary: 2,
  cancelled: 3,
  final: 3,
  amended: 4,
  appended: 4,
  corrected: 4,
  'entered-in-error': 5,
}

/** ORC-5 (table 0038), else what ORC-1 (table 0119) does to the order. */
export const orderStates: Table<string> = {
  A: 'active',
  CA: 'revoked',
  CM: 'completed',
  DC: 'revoked',
  ER: 'entered-in-error',
  HD: 'on-hold',
  IP: 'active',
  RP: 'revoked',
  SC: 'active',
}

export const orderControls: Table<string> = {
  NW: 'active',
  SN: 'active',
  NA: 'active',
  OK: 'active',
  SC: 'active',
  XO: 'active',
  XX: 'active',
  RE: 'completed',
  CA: 'revoked',
  OC: 'revoked',
  CR: 'revoked',
  DC: 'revoked',
  OD: 'revoked',
  DR: 'revoked',
  HD: 'on-hold',
  OH: 'on-hold',
  HR: 'on-hold',
  RL: 'active',
  OE: 'active',
  RP: 'revoked',
  RO: 'active',
  RU: 'active',
  DE: 'entered-in-error',
}

/** Order controls that take something back: what they name must be known. */
export const orderTakesBack: ReadonlySet<string> = new Set(['CA', 'OC', 'CR', 'DC', 'OD', 'DR', 'HD', 'RL'])

/** Tables 0485 and 0280. */
export const priorities: Table<'routine' | 'urgent' | 'asap' | 'stat'> = {
  S: 'stat',
  STAT: 'stat',
  A: 'asap',
  ASAP: 'asap',
  R: 'routine',
  ROUTINE: 'routine',
  P: 'urgent',
  C: 'urgent',
  T: 'urgent',
  U: 'urgent',
  URGENT: 'urgent',
}

/** Table 0052. */
export const diagnosisUses: Table<string> = { A: 'admitting', W: 'working', F: 'final' }

/** Table 0127. */
export const allergyCategories: Table<string> = {
  DA: 'medication',
  MA: 'medication',
  FA: 'food',
  EA: 'environment',
  LA: 'environment',
  PA: 'environment',
  AA: 'environment',
}

/** Table 0128: what a reaction was, and how bad the next one may be. */
export const allergySeverities: Table<string> = { SV: 'severe', MO: 'moderate', MI: 'mild' }
export const allergyCriticalities: Table<string> = {
  SV: 'high',
  MO: 'low',
  MI: 'low',
  U: 'unable-to-assess',
}

/** Table 0131. */
export const relatedRoles: Table<DataOfModule<'related-persons'>['roles'][number]> = {
  C: 'emergency-contact',
  N: 'next-of-kin',
  E: 'employer',
  F: 'employer',
  G: 'guarantor',
  I: 'insured',
  S: 'other',
  U: 'other',
  O: 'other',
}

/** Table 0063, seen from the patient: who the insured person is. */
export const subscriberRelationships: Table<string> = {
  SEL: 'self',
  SELF: 'self',
  '18': 'self',
  SPO: 'spouse',
  '01': 'spouse',
  PAR: 'parent',
  MTH: 'parent',
  FTH: 'parent',
  CHD: 'child',
  '19': 'child',
  OTH: 'other',
}

/** Table 0271. */
export const documentStatuses: Table<string> = {
  DI: 'preliminary',
  DO: 'preliminary',
  IN: 'preliminary',
  IP: 'preliminary',
  PA: 'preliminary',
  AU: 'final',
  LA: 'final',
}

/** Table 0283. */
export const referralStatuses: Table<string> = { A: 'accepted', P: 'sent', R: 'declined', E: 'closed' }

/** Table 0322. */
export const vaccinationStatuses: Table<string> = {
  CP: 'completed',
  PA: 'completed',
  RE: 'not-done',
  NA: 'not-done',
}
