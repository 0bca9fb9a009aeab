import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#app/protocol/index.ts'
import { CONSOLE_PATH, consoleCalls } from '#sync-server/console-api/console-protocol.ts'
import type { Findings } from './checks.ts'

/** Walks the audit chain through the console, as the sync admin does. */
export async function verifyAudit(serverUrl: string, login: string, password: string): Promise<Findings> {
  const signedIn = await post('sign-in', { login, password })
  const { token } = consoleCalls['sign-in'].answer.parse(signedIn)
  const { brokenAt } = consoleCalls['verify-audit'].answer.parse(await post('verify-audit', {}, token))
  return brokenAt === null ? [] : [`the audit chain is broken at entry ${brokenAt}`]

  async function post(call: string, body: unknown, bearer?: string): Promise<unknown> {
    const answer = await fetch(`${serverUrl}${CONSOLE_PATH}${call}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      },
      body: JSON.stringify(body),
    })
    return answer.json()
  }
}
