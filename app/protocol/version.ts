/**
 * The version of the wire. A test hashes every schema of this folder: changing one fails until this number is raised
 * and a line below says why.
 *
 * 1: first release.
 * 2: a session carries a lease (`issuedAt`, `leaseUntil`); `access.wiped` orders a device to destroy its copy, and
 *    `/sync/wiped` takes its confirmation.
 * 3: recovery of a forgotten passphrase: a session names the organisation's recovery key; `/sync/escrow`,
 *    `/sync/recovery` and `/sync/recovery/answer`.
 * 4: an older copy put back is noticed: `head` and `copy` of a session, `place` of a push, `unsure` of an item,
 *    `/sync/healed`.
 * 5: a device may need an invitation and a second factor: `/sync/admission`, `/sync/second-factor`, `invitation` and
 *    `code` of an enrolment.
 *    files beside the documents: `/sync/blob/offer`, `/sync/blob/part`, `/sync/blob/read`.
 *    a stamp may say whom its value waits for (`awaits`).
 *    the document of a push is checked by its module alone, so that one that is not sound is refused by itself.
 *    a `page` of the stream carries what a small push changed.
 *    a stamp may be of a machine that wrote by FHIR (`client`).
 *    more roles, and sensitivities among the scopes; `/sync/reads` takes in what was looked at on a device.
 *    `/sync/emergency` and `/sync/emergency/records` break the glass for one patient.
 * 6: a receipt for what left the device (`/sync/evicted`); how much a first load brings (`/sync/estimate`).
 * 7: tokens are bound to the device's key (DPoP): `dpop` with each request, `dpop-nonce` in each answer; they are short,
 *    and `/sync/refresh` gives the next.
 * 8: a device keeps an emergency set (`/sync/emergency/set`), and tells of its openings by its chain of reads.
 * 9: what people need before everything else is named before a first load (`/sync/first`).
 * 10: care teams among the scopes, and what a patient has of them.
 * 11: a device that the server has forgotten introduces itself again by its own id (`device.id` of an enrolment).
 * 12: a device is signed in by the browser: `byBrowser` of an admission, `/sync/sign-in`, `signedIn` of an enrolment.
 * 13: a device tells how hard the passphrase that was set is to guess, by its chain of reads; a session announces the server's
 *    keys (`serverPins`).
 *    a device tells of an unlock that its lease refused, and of a clock that was set back.
 * 14: an entry of the conflict ledger names the version that both sides started from (`base`).
 */
export const PROTOCOL_VERSION = 14

/** Each request names the protocol it speaks in this header. */
export const PROTOCOL_HEADER = 'rounds-protocol'
