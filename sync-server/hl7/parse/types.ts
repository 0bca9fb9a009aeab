import { component } from './path.ts'
import type { Part } from './message.ts'

// The data types of HL7 that Rounds reads, each from one repetition of a field. '' stands for what is not there.

/** HD: who gives out identifiers or runs a system. */
export type Authority = {
  readonly namespace: string
  readonly universalId: string
  readonly universalIdType: string
}

function hd(repetition: Part, at: number): Authority | null {
  const [namespace, universalId, universalIdType] = [1, 2, 3].map((sub) => component(repetition, at, sub))
  if (!namespace && !universalId) return null
  return {
    namespace: namespace ?? '',
    universalId: universalId ?? '',
    universalIdType: universalIdType ?? '',
  }
}

/** HD standing alone in a field, as in MSH-3: its parts are components. */
export function readHd(repetition: Part): Authority | null {
  const [namespace, universalId, universalIdType] = [1, 2, 3].map((at) => component(repetition, at))
  if (!namespace && !universalId) return null
  return {
    namespace: namespace ?? '',
    universalId: universalId ?? '',
    universalIdType: universalIdType ?? '',
  }
}

/** CX: an identifier. */
export type Cx = {
  readonly value: string
  readonly authority: Authority | null
  /** Table 0203: MR, PI, SS, AN, VN ... */
  readonly type: string
  readonly facility: Authority | null
  readonly from: string
  readonly until: string
}

export function readCx(repetition: Part): Cx {
  return {
    value: component(repetition, 1),
    authority: hd(repetition, 4),
    type: component(repetition, 5),
    facility: hd(repetition, 6),
    from: component(repetition, 7),
    until: component(repetition, 8),
  }
}

/** EI: an identifier of an order or an appointment. */
export type Ei = { readonly value: string; readonly authority: Authority | null }

export function readEi(repetition: Part): Ei {
  const [namespace, universalId, universalIdType] = [2, 3, 4].map((at) => component(repetition, at))
  const authority =
    namespace || universalId
      ? { namespace: namespace ?? '', universalId: universalId ?? '', universalIdType: universalIdType ?? '' }
      : null
  return { value: component(repetition, 1), authority }
}

/** XPN: a person's name. */
export type Xpn = {
  readonly family: string
  readonly given: string
  readonly middle: string
  readonly suffix: string
  readonly prefix: string
  readonly degree: string
  /** Table 0200: L legal, D display, M maiden, N nickname, A alias, B birth ... */
  readonly type: string
  /** Table 0465: A alphabetic, I ideographic, P phonetic. */
  readonly representation: string
}

export function readXpn(repetition: Part): Xpn {
  return {
    family: component(repetition, 1),
    given: component(repetition, 2),
    middle: component(repetition, 3),
    suffix: component(repetition, 4),
    prefix: component(repetition, 5),
    degree: component(repetition, 6),
    type: component(repetition, 7),
    representation: component(repetition, 8),
  }
}

/** XAD: an address. */
export type Xad = {
  readonly street: string
  readonly other: string
  readonly city: string
  readonly state: string
  readonly postalCode: string
  readonly country: string
  /** Table 0190: H home, B business, C current, BA bad, TMP ... */
  readonly type: string
  readonly county: string
}

export function readXad(repetition: Part): Xad {
  const [street = '', other = '', city = '', state = '', postalCode = '', country = '', type = ''] = [
    1, 2, 3, 4, 5, 6, 7,
  ].map((at) => component(repetition, at))
  return { street, other, city, state, postalCode, country, type, county: component(repetition, 9) }
}

/** XTN: a phone number or another way to reach somebody. */
export type Xtn = {
  /** As one text, from whichever components the sender filled. */
  readonly number: string
  readonly email: string
  /** Table 0201: PRN, WPN, NET ... */
  readonly use: string
  /** Table 0202: PH, FX, CP, Internet ... */
  readonly equipment: string
}

export function readXtn(repetition: Part): Xtn {
  const parts = [5, 6, 7].map((at) => component(repetition, at))
  const [country = '', area = '', local = ''] = parts
  const extension = component(repetition, 8)
  const joined = [country && `+${country.replace(/^\+/, '')}`, area, local].filter(Boolean).join(' ')
  const number = component(repetition, 12) || component(repetition, 1) || joined
  return {
    number: number && extension && number === joined ? `${number} x${extension}` : number,
    email: component(repetition, 4),
    use: component(repetition, 2),
    equipment: component(repetition, 3),
  }
}

/** CWE, CE or CNE: a code, with an alternative in another system. */
export type Coded = {
  readonly code: string
  readonly text: string
  readonly system: string
  readonly alternate: { readonly code: string; readonly text: string; readonly system: string } | null
  readonly original: string
}

export function readCoded(repetition: Part): Coded {
  const [code = '', text = '', system = '', otherCode = '', otherText = '', otherSystem = ''] = [
    1, 2, 3, 4, 5, 6,
  ].map((at) => component(repetition, at))
  const alternate = otherCode || otherText ? { code: otherCode, text: otherText, system: otherSystem } : null
  return { code, text, system, alternate, original: component(repetition, 9) }
}

/** PL: a place in a hospital. */
export type Pl = {
  readonly pointOfCare: string
  readonly room: string
  readonly bed: string
  /** An HD: its namespace names the facility. */
  readonly facility: string
  readonly building: string
  readonly floor: string
}

export function readPl(repetition: Part): Pl {
  const [pointOfCare = '', room = '', bed = '', facility = '', , , building = '', floor = ''] = [
    1, 2, 3, 4, 5, 6, 7, 8,
  ].map((at) => component(repetition, at))
  return { pointOfCare, room, bed, facility, building, floor }
}

/** XCN: a person with an identifier, such as an attending doctor. */
export type Xcn = {
  readonly id: string
  readonly family: string
  readonly given: string
  readonly middle: string
  readonly suffix: string
  readonly prefix: string
  readonly degree: string
  readonly authority: Authority | null
  /** Table 0203: NPI, ... */
  readonly type: string
}

export function readXcn(repetition: Part): Xcn {
  const [id = '', family = '', given = '', middle = '', suffix = '', prefix = '', degree = ''] = [
    1, 2, 3, 4, 5, 6, 7,
  ].map((at) => component(repetition, at))
  return {
    id,
    family,
    given,
    middle,
    suffix,
    prefix,
    degree,
    authority: hd(repetition, 9),
    type: component(repetition, 13),
  }
}
