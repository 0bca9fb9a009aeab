/** How many patients the messages are about: the first message of one makes it, the later ones change it. */
const PATIENTS = 5_000

/** The sender's clock: what is told now is news. */
const at = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)

/** A synthetic ADT^A08 of 2 KB about the patient whose turn it is; `run` keeps the numbers of several runs apart. */
export function admission(run: string, number: number): Buffer {
  const patient = number % PATIENTS
  const text = [
    `MSH|^~\\&|BENCH|GENERAL|ROUNDS|HUB|${at}||ADT^A08^ADT_A01|${run}${number}|P|2.5.1`,
    `EVN|A08|${at}`,
    `PID|1||B${patient}^^^GENERAL&2.999.1&ISO^MR~EX-${patient}^^^PLAN^MB||Bench^Ada^Ottilie^^Ms.^^L||19700101|F||2106-3^White^HL70005` +
      `|${number} Example Street^Unit 2^Springfield^NY^12601^USA^H||^PRN^PH^^1^555^${String(number).padStart(7, '0')}` +
      `~^NET^Internet^ada${patient}@example.org|^WPN^PH^^1^555^0100202|en^English^HL70296|M^Married^HL70002||ACC-${patient}^^^GENERAL^AN`,
    `PV1|1|I|4W^${number % 500}^B^GENERAL||||1881018420^Osei^Amara^^^Dr.^MD^^NPI^^^^NPI|||MED|||||||||V-${patient}^^^GENERAL^VN|||||||||||||||||||||||||${at}`,
    'PV2|||^Chest pain',
  ]
  const lines = [...text]
  for (let note = 1; Buffer.byteLength(lines.join('\r')) < 1_900; note += 1) {
    lines.push(`NTE|${note}||Synthetic remark that pads the message to its size, as remarks of a ward do.`)
  }
  return Buffer.from(`${lines.join('\r')}\r`)
}
