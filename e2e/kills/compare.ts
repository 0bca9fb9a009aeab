import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'
import { differences } from '../simulation/checks.ts'
import { simulatedClient } from '../simulation/client.ts'
import { verifyAudit } from '../simulation/verify-audit.ts'
import { LOGIN } from './subject.ts'
import type { Subject } from './subject.ts'

/**
 * Compares what is here, document by document, with a copy that somebody else fills from nothing, and walks the chain
 * of the audit. Answers how many documents there are.
 */
export async function compareWithServer(subject: Subject, serverUrl: string, seed: string): Promise<number> {
  const here = new Map(await subject.victim.page().evaluate(() => bare.documents()))
  const record = { intended: [], acknowledged: [] }
  const options = { name: 'reference', login: LOGIN, seed, serverUrl, clockSkew: 0, calm: true, record }
  const reference = await simulatedClient(options)
  try {
    await reference.start()
    await reference.settle()
    const content = { login: LOGIN, documents: here, quarantine: [] }
    for (const difference of differences(content, await reference.content())) subject.finding(difference)
  } finally {
    await reference.end()
  }
  for (const fault of await verifyAudit(serverUrl, 'sam', DEMO_PASSWORD)) subject.finding(fault)
  return here.size
}
