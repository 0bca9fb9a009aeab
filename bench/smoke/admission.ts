/** A synthetic admission of a new patient to the demo's feed. */
export function admission(number: string, family: string): string {
  const at = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
  return [
    `MSH|^~\\&|BENCH|GENERAL|ROUNDS|ROUNDS|${at}||ADT^A01^ADT_A01|BENCH${number}|P|2.5.1`,
    `EVN|A01|${at}`,
    `PID|1||BENCH${number}^^^GENERAL^MR||${family}^Ada||19700101|F|||1 Example Street^^Springfield^NY^12601`,
    `PV1|1|I|WARD^1^1^GENERAL|||||||||||||||||V${number}^^^GENERAL^VN|||||||||||||||||||||||||${at}`,
    '',
  ].join('\r')
}
