// HL7 messages of our own about people who do not exist.

export type Sender = { readonly facility: string; readonly authority: string }

function message(...segments: readonly string[]): Buffer {
  return Buffer.from(`${segments.join('\r')}\r`, 'utf8')
}

/** ADT^A04: a person registers at the front desk. */
export function registration({ facility, authority }: Sender, controlId: string, family: string): Buffer {
  return message(
    `MSH|^~\\&|ADT|${facility}|ROUNDS|HUB|20261102083000||ADT^A04^ADT_A01|${controlId}|P|2.5.1`,
    'EVN|A04|20261102083000',
    `PID|1||${controlId}^^^${authority}^MR||${family}^Imogen^^^^^L||19710324|F|||9 Alder Row^^Ashby^NY^12001^USA^H||^PRN^PH^^1^555^0100777`,
    `PV1|1|O|DESK^^^${facility}||||1881018420^Osei^Amara^^^Dr.^MD^^NPI^^^^NPI||||||||||||V${controlId}^^^${authority}^VN|||||||||||||||||||||||||20261102083000`,
  )
}
