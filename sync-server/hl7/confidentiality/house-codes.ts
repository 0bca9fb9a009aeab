import { sensitiveOrders } from './sensitive-orders.ts'
import type { MarkedPlace, Marking } from './marked-places.ts'

// The table of the house: what the codes of each place mean where a feed has no row of its own.

type Codes = Readonly<Record<string, Marking>>

/** HL7 v3 ActCode (information sensitivity), and table 0177. */
const matters: Codes = {
  ETH: 'substance-use',
  ETHUD: 'substance-use',
  OPIOIDUD: 'substance-use',
  SUD: 'substance-use',
  '42CFRPART2': 'substance-use',
  '42CFRPART2CD': 'substance-use',
  BH: 'behavioural-health',
  MH: 'behavioural-health',
  PSY: 'behavioural-health',
  PSYTHPN: 'psychotherapy-notes',
  AID: 'hiv',
  HIV: 'hiv',
  SEX: 'reproductive-health',
  GDIS: 'genetic',
  DVD: 'domestic-violence',
  SDV: 'domestic-violence',
}

/** HL7 v3 Confidentiality, where nothing is asked for. */
const ordinary: Codes = { N: 'nothing', L: 'nothing', M: 'nothing', U: 'nothing' }

/** Table 0136. */
const unlessNo: Codes = { N: 'nothing', NO: 'nothing' }

export type HouseTable = {
  readonly codes: Codes
  /** What a code means that the table does not know. */
  readonly unknown: Marking
}

/** A code that nobody knows counts as restricted; only what is ordered must be known to be sensitive. */
export const houseTables: Readonly<Record<MarkedPlace, HouseTable>> = {
  'MSH-8': { codes: { ...matters, ...ordinary }, unknown: 'restricted' },
  'PD1-12': { codes: unlessNo, unknown: 'restricted' },
  // Table 0498. Whatever is not agreed to is kept back.
  'CON-11': { codes: { A: 'nothing' }, unknown: 'restricted' },
  // Table 0717. To be left out of a directory of patients keeps nothing from who treats them.
  'ARV-3': {
    codes: { ...matters, DRG: 'substance-use', NO: 'nothing', OI: 'nothing', OO: 'nothing' },
    unknown: 'restricted',
  },
  'PV1-16': { codes: { ...matters, ...unlessNo }, unknown: 'restricted' },
  // Table 0272.
  'TXA-18': { codes: { ...matters, ...ordinary }, unknown: 'restricted' },
  'DG1-18': { codes: unlessNo, unknown: 'restricted' },
  'OBR-4': { codes: sensitiveOrders, unknown: 'nothing' },
  'OBX-3': { codes: sensitiveOrders, unknown: 'nothing' },
  'AIS-3': { codes: sensitiveOrders, unknown: 'nothing' },
}
