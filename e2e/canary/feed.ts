import { message, msh, pv1 } from '#sync-server/hl7/testing/messages.ts'
import type { Canaries } from './canaries.ts'

/** What a hospital sends, with canaries wherever HL7 lets a text stand; some of it can't be taken. */
export function canaryMessages(canaries: Canaries): readonly Buffer[] {
  const c = (place: string) => canaries.next(`feed ${place}`)
  const pid = (number: string) =>
    `PID|1||${number}^^^GENERAL^MR~${c('PID-3')}^^^PLAN^MB||${c('PID-5.1')}^${c('PID-5.2')}^${c('PID-5.3')}^^${c('PID-5.5')}||` +
    `19800229|F|${c('PID-9')}|2106-3^${c('PID-10')}^HL70005|${c('PID-11.1')}^${c('PID-11.2')}^${c('PID-11.3')}^NY^12001^USA^H||` +
    `^NET^Internet^${c('PID-13')}@example.org||en^${c('PID-15')}^HL70296|M^${c('PID-16')}^HL70002||${c('PID-18')}^^^GENERAL^AN`
  const visit = pv1({
    2: 'I',
    3: `${c('PV1-3.1')}^412^B^GENERAL`,
    7: `1881018420^${c('PV1-7.2')}^${c('PV1-7.3')}^^^^^^NPI^^^^NPI`,
    19: `${c('PV1-19')}^^^GENERAL^VN`,
    44: '20260511083000',
  })
  const others = [
    `NK1|1|${c('NK1-2.1')}^${c('NK1-2.2')}|SPO^${c('NK1-3')}|${c('NK1-4')}||`,
    `AL1|1|DA|${c('AL1-3.1')}^${c('AL1-3.2')}^L||${c('AL1-5')}`,
    `DG1|1||E11.9^${c('DG1-3')}^I10|${c('DG1-4')}|20260511`,
    `IN1|1|${c('IN1-2')}|${c('IN1-3')}|${c('IN1-4')}||||||||||||${c('IN1-16')}`,
    `ZPD|${c('ZPD-1')}|${c('ZPD-2')}`,
  ]
  const embedded = Buffer.from(`a letter about ${c('OBX-5 ED')}`).toString('base64')
  return [
    message(
      msh({ type: 'ADT^A01^ADT_A01', controlId: 'C1' }),
      'EVN|A01|20260511083000',
      pid('C-1'),
      visit,
      ...others,
    ),
    message(
      msh({ type: 'ORU^R01^ORU_R01', controlId: 'C2' }),
      pid('C-1'),
      visit,
      `OBR|1|${c('OBR-2')}|${c('OBR-3')}|718-7^${c('OBR-4')}^LN|||20260511080000||||||${c('OBR-13')}|||||||||20260511090000|||F`,
      `OBX|1|ST|718-7^${c('OBX-3')}^LN||${c('OBX-5 ST')}||||||F|||20260511080000`,
      `OBX|2|FT|11502-2^${c('OBX-3')}^LN||${c('OBX-5 FT')}||||||F|||20260511080000`,
      `OBX|3|ED|11502-2^Letter^LN||^application^pdf^Base64^${embedded}||||||F|||20260511080000`,
      `NTE|1||${c('NTE-3')}`,
    ),
    message(
      msh({ type: 'SIU^S12^SIU_S12', controlId: 'C3' }),
      `SCH|${c('SCH-1')}^SCHED|${c('SCH-2')}^SCHED|||||ROUTINE^${c('SCH-7')}|FOLLOWUP^${c('SCH-8')}|30|min^minutes|^^30^20261101093000^20261101100000|||||||||||||Booked`,
      `NTE|1||${c('NTE-3')}`,
      pid('C-1'),
      `AIS|1||99213^${c('AIS-3')}^C4|20261101093000`,
    ),
    // Refused: a type that is not taken, and one without its number. Kept: bytes that are no HL7 at all.
    message(msh({ type: 'ADT^A99', controlId: 'C4' }), pid('C-2')),
    message(msh({ type: 'ADT^A01', controlId: 'C5' }), 'EVN|A01', `PID|1||||${c('PID-5.1')}^${c('PID-5.2')}`),
    Buffer.from(`GET /${c('no HL7')} HTTP/1.1\r\n\r\n`),
  ]
}
