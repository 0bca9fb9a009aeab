import { differences } from '../simulation/checks.ts'
import { asAdmin } from '../simulation/admin.ts'
import { serverView } from '../simulation/reference.ts'
import { LOGIN } from './subject.ts'
import type { Subject } from './subject.ts'

/**
 * Compares what is here, document by document, with what the server shows, and walks the chain of the audit. Answers how
 * many documents there are.
 */
export async function compareWithServer(subject: Subject, serverUrl: string): Promise<number> {
  const here = new Map(await subject.victim.page().evaluate(() => bare.documents()))
  const shown = await serverView(LOGIN, serverUrl)
  const listed = new Map([...shown.documents].filter(([key]) => !shown.removed.includes(key)))
  const content = { login: LOGIN, documents: here, quarantine: [] }
  for (const difference of differences(content, { ...content, documents: listed }))
    subject.finding(difference)
  const { brokenAt } = await asAdmin(serverUrl, 'verify-audit', {})
  if (brokenAt !== null) subject.finding(`the audit chain is broken at entry ${brokenAt}`)
  return here.size
}
