import { PROTOCOL_HEADER, PROTOCOL_VERSION } from '#app/protocol/index.ts'
import { CONSOLE_PATH, consoleCalls } from '#sync-server/console-api/protocol/console.ts'
import type { ConsoleAnswer, ConsoleCall, ConsoleRequest } from '#sync-server/console-api/protocol/console.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'

/** The sync administrator at the console of a server: signs in for each call, since servers come and go. */
export async function asAdmin<Call extends ConsoleCall>(
  serverUrl: string,
  call: Call,
  request: ConsoleRequest<Call>,
): Promise<ConsoleAnswer<Call>> {
  const { token } = consoleCalls['sign-in'].answer.parse(
    await post('sign-in', { login: 'sam', password: DEMO_PASSWORD }),
  )
  return consoleCalls[call].answer.parse(await post(call, request, token)) as ConsoleAnswer<Call>

  async function post(path: string, body: unknown, bearer?: string): Promise<unknown> {
    const answer = await fetch(`${serverUrl}${CONSOLE_PATH}${path}`, {
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
