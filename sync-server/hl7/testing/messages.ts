// Synthetic messages of our own: every type that is mapped, the versions from 2.3 to 2.8, and the habits of senders.
// Nobody in them exists.

/** Segments as lines, ended as the standard ends them. */
export function message(...segments: readonly string[]): Buffer {
  return Buffer.from(segments.join('\r') + '\r')
}

export type Header = {
  readonly type: string
  readonly controlId: string
  readonly version?: string
  readonly application?: string
  readonly facility?: string
  readonly time?: string
  readonly accept?: string
  readonly apply?: string
  readonly charset?: string
  readonly processing?: string
}

export function msh(header: Header): string {
  const { application = 'ADT', facility = 'GENERAL', time = '20260511083000' } = header
  const { version = '2.5.1', processing = 'P', accept = '', apply = '', charset = '' } = header
  const fields = [
    application,
    facility,
    'ROUNDS',
    'HUB',
    time,
    '',
    header.type,
    header.controlId,
    processing,
    version,
  ]
  return ['MSH', '^~\\&', ...fields, '', '', accept, apply, '', charset].join('|').replace(/\|+$/, '')
}

const jane = {
  pid:
    'PID|1||MR7001^^^GENERAL&2.999.1&ISO^MR~EX-44^^^PLAN^MB||Vahl^Jane^Ottilie^^Ms.^^L~Ott^Jane^^^^^M||19800229|F||2106-3^White^HL70005' +
    '|14 Pell Street^Unit 2^Ashby^NY^12001^USA^H||^PRN^PH^^1^555^0100201~^NET^Internet^jane.vahl@example.org|^WPN^PH^^1^555^0100202' +
    '|en^English^HL70296|M^Married^HL70002||ACC-900^^^GENERAL^AN',
  visit: 'V-5001^^^GENERAL^VN',
}

export const pid = jane.pid

/** PV1 by its fields, so that their numbers can be seen. */
export function pv1(fields: Readonly<Record<number, string>>): string {
  const last = Math.max(...Object.keys(fields).map(Number))
  return ['PV1', ...Array.from({ length: last }, (_, index) => fields[index + 1] ?? '')].join('|')
}

const stay = {
  1: '1',
  2: 'I',
  3: '4W^412^B^GENERAL',
  7: '1881018420^Osei^Amara^^^Dr.^MD^^NPI^^^^NPI',
  10: 'MED',
  19: jane.visit,
  44: '20260511081500',
}

export function admit(controlId: string, header: Partial<Header> = {}): Buffer {
  return message(
    msh({ type: 'ADT^A01^ADT_A01', controlId, ...header }),
    'EVN|A01|20260511083000',
    jane.pid,
    pv1(stay),
    'PV2|||^Chest pain',
  )
}

export function discharge(controlId: string, header: Partial<Header> = {}): Buffer {
  return message(
    msh({ type: 'ADT^A03^ADT_A03', controlId, time: '20260513110000', ...header }),
    'EVN|A03|20260513110000',
    jane.pid,
    pv1({ ...stay, 36: '01', 45: '20260513103000' }),
  )
}

/** A registration in 2.3, with names that need their accents, in Latin-1. */
export function register(controlId: string): Buffer {
  const text = message(
    msh({ type: 'ADT^A04', controlId, version: '2.3', charset: '8859/1' }),
    'EVN|A04|20260511090000',
    'PID|1||MR7002^^^GENERAL^MR||Núñez^José||1975|M|||Straße 5^^Ålesund',
    'PV1|1|O|DESK^^^GENERAL||||||||||||||||V-5002^^^GENERAL^VN',
  )
  return Buffer.from(text.toString(), 'latin1')
}

/** Only what changed, and a field emptied by "". */
export function update(controlId: string, fields: { readonly street: string }): Buffer {
  return message(
    msh({ type: 'ADT^A08^ADT_A01', controlId, version: '2.8', time: '20260512120000' }),
    'EVN|A08|20260512120000',
    `PID|1||MR7001^^^GENERAL&2.999.1&ISO^MR||Vahl^Jane^Ottilie^^Ms.^^L||19800229|F|||${fields.street}^^Ashby^NY^12001^USA^H|||||""`,
    pv1(stay),
  )
}

export function book(
  controlId: string,
  fields: { readonly filler?: string; readonly start?: string } = {},
): Buffer {
  const { filler = 'F-300', start = '20260520143000' } = fields
  return message(
    msh({ type: 'SIU^S12^SIU_S12', controlId, application: 'SCHED' }),
    `SCH|P-77^ROUNDS|${filler}^SCHED|||||FOLLOW^Follow-up^L||30|MIN|^^30^${start}||||||||||||||BOOKED`,
    'NTE|1||Bring the referral letter\\.br\\and a list of medicines',
    'PID|1||MR7003^^^GENERAL&2.999.1&ISO^MR||Abara^Obi||19660703|M',
    'RGS|1',
    'AIS|1||99213^Office visit^C4',
    'AIP|1||1881018420^Osei^Amara^^^Dr.^MD^^NPI^^^^NPI',
  )
}

export type Finding = { readonly status?: string; readonly sodium?: string; readonly filler?: string }

export function result(controlId: string, finding: Finding = {}, header: Partial<Header> = {}): Buffer {
  const { status = 'F', sodium = '139', filler = 'L-800' } = finding
  return message(
    msh({ type: 'ORU^R01^ORU_R01', controlId, application: 'LAB', version: '2.5', ...header }),
    jane.pid,
    pv1({ 1: '1', 2: 'I', 19: jane.visit }),
    'ORC|RE',
    `OBR|1|O-1^ROUNDS|${filler}^LAB|24321-2^Basic metabolic panel^LN|||20260511091000|||||||||1881018420^Osei^Amara^^^^^^NPI^^^^NPI||||||20260511101500||CH|${status}`,
    `OBX|1|NM|2951-2^Sodium^LN||${sodium}|mmol/L^^UCUM|136-145|N|||${status}`,
    'NTE|1||Repeated',
    `OBX|2|SN|1988-5^CRP^LN||<^5|mg/L^^UCUM|<5||||${status}`,
    `OBX|3|CWE|600-7^Culture^LN|1|112283007^Escherichia coli^SCT||||||${status}`,
    `OBX|4|TX|8251-1^Comment^LN||first line~second line||||||${status}`,
    `OBX|5|ST|5778-6^Colour^LN||yellow||||||${status}`,
    `OBX|6|DT|11368-8^Onset^LN||20260509||||||${status}`,
    `OBX|7|TM|X-TIME^Time^L||0915||||||${status}`,
    `OBX|8|ED|11502-2^Report^LN||LAB^Application^PDF^Base64^JVBERi0=||||||${status}`,
    `OBX|9|NM|2160-0^Creatinine^LN||see note||||||${status}`,
    `OBX|10|SN|5196-1^Titre^LN||^1^:^128||||||${status}`,
  )
}

/** One message of each kind, in the ways that senders write them. */
export function samples(): readonly { readonly name: string; readonly bytes: Buffer }[] {
  const crlf = (bytes: Buffer): Buffer => Buffer.from(bytes.toString().replaceAll('\r', '\r\n'))
  const lf = (bytes: Buffer): Buffer => Buffer.from(bytes.toString().replaceAll('\r', '\n'))
  const custom = admit('S-7').toString().replaceAll('|', '$').replaceAll('^', '!').replaceAll('&', '%')
  return [
    { name: 'admit', bytes: admit('S-1') },
    { name: 'admit, CRLF', bytes: crlf(admit('S-2', { version: '2.6' })) },
    { name: 'discharge, LF', bytes: lf(discharge('S-3', { version: '2.7' })) },
    { name: 'register, Latin-1', bytes: register('S-4') },
    { name: 'update', bytes: update('S-5', { street: '15 Pell Street' }) },
    { name: 'book', bytes: book('S-6') },
    { name: 'admit, custom separators', bytes: Buffer.from(custom) },
    { name: 'result', bytes: result('S-8') },
    { name: 'result, unknown structure name', bytes: result('S-9', {}, { type: 'ORU^R01^ORU_R99' }) },
    { name: 'admit under the structure of A04', bytes: admit('S-10', { type: 'ADT^A01^ADT_A04' }) },
  ]
}
