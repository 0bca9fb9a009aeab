import { setTimeout as pause } from 'node:timers/promises'
import { sameJson } from '#app/kernel/index.ts'
import { sendMessages } from '#sync-server/hl7/send.ts'
import type { SyntheticOrganisation } from '#sync-server/seed/index.ts'
import type { Random } from '#sync-server/seed/random.ts'
import { CONTENDED } from './acts.ts'
import type { Record } from './client.ts'
import type { JournalEntry } from './journal.ts'

/**
 * A hospital whose messages write to the patients that people edit. As senders do, it sends each until it is answered,
 * and the next only then.
 */
export type Hospital = {
  send(): Promise<void>
  /** How many messages were sent so far. */
  sent(): number
  /** Sends again what it sent after the first `from`: the server has lost it. */
  sendAgain(from: number): Promise<void>
}

type Options = {
  readonly synthetic: SyntheticOrganisation
  readonly random: Random
  readonly record: Record
  readonly mllpPort: (which: number) => number
}

const ATTEMPTS = 100
const BREATH = 200
const ANSWER_WITHIN = 5_000

export function hospital({ synthetic, random, record, mllpPort }: Options): Hospital {
  const patients = knownPatients(synthetic)
  let messages = 0
  const kept: Buffer[] = []

  async function deliver(message: Buffer): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await isTaken(message, mllpPort(attempt))) return
      await pause(BREATH)
    }
    throw new Error('no server took the message of the hospital')
  }

  async function sendNext(): Promise<void> {
    messages += 1
    const { id, number } = random.pick(patients)
    const written = `feed-${messages}`
    const entry: JournalEntry = {
      client: 'feed',
      number: messages,
      module: 'patients',
      id,
      field: 'maritalStatus',
      rule: 'feed',
      seen: null,
      written,
    }
    record.intended.add(entry)
    record.faults.note('feed message')
    const message = update(`SIM-${messages}`, number, written)
    kept.push(message)
    await deliver(message)
    record.acknowledged.push(entry)
    if (!random.chance(0.2)) return
    record.faults.note('feed message repeated')
    await deliver(message)
  }

  let line: Promise<void> = Promise.resolve()
  return {
    send: () => (line = line.then(sendNext)),
    sent: () => kept.length,
    async sendAgain(from) {
      for (const message of kept.slice(from)) await deliver(message)
    },
  }
}

type KnownPatient = { readonly id: JournalEntry['id']; readonly number: string }

/** Those that everybody edits, too: by the numbers that the first site gave them. */
function knownPatients({ documents, sites: [site] }: SyntheticOrganisation): readonly KnownPatient[] {
  const all = [...documents].flatMap((record) =>
    record.module === 'patients' && record.data.siteIds.includes(site.id) ? [record] : [],
  )
  return all
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .slice(0, CONTENDED)
    .flatMap(({ id, data }) => {
      const given = data.identifiers.find(({ authority }) => sameJson(authority, site.authority))
      return given === undefined ? [] : [{ id, number: given.value }]
    })
}

function update(controlId: string, number: string, maritalStatus: string): Buffer {
  const at = new Date().toISOString().replaceAll(/[-:TZ]/g, '')
  const segments = [
    `MSH|^~\\&|ADT|HOSPITAL|ROUNDS|HUB|${at}+0000||ADT^A08^ADT_A01|${controlId}|P|2.5.1`,
    `EVN|A08|${at}+0000`,
    `PID|1||${number}^^^^MR|||||||||||||^${maritalStatus}`,
    'PV1|1|N',
  ]
  return Buffer.from(`${segments.join('\r')}\r`, 'utf8')
}

/** A server that dies in between has not said so. */
async function isTaken(message: Buffer, port: number): Promise<boolean> {
  try {
    const [answer] = await sendMessages('127.0.0.1', port, [message], { timeoutMilliseconds: ANSWER_WITHIN })
    return answer?.toString('utf8').includes('MSA|AA') === true
  } catch {
    return false
  }
}
