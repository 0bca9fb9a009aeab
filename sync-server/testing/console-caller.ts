import { CONSOLE_PATH } from '../console-api/protocol/console.ts'
import type { ConsoleAnswer, ConsoleCall, ConsoleRequest } from '../console-api/protocol/console.ts'
import { DEMO_PASSWORD } from '../seed/index.ts'
import type { Refusal } from './test-device.ts'

export type ConsoleAsk = <Call extends ConsoleCall>(
  call: Call,
  body: ConsoleRequest<Call>,
) => Promise<{ readonly status: number; readonly body: ConsoleAnswer<Call> & Refusal }>

/** Somebody at the console, signed in: what their browser would send. */
export async function atConsole(
  url: string,
  login: string,
  shown: { readonly password: string; readonly code?: string } = { password: DEMO_PASSWORD },
): Promise<ConsoleAsk> {
  const signed = await withoutSession(url)('sign-in', { login, ...shown })
  if (signed.status !== 200) throw new Error(`the console refused ${login}: ${signed.body.error.code}`)
  return asking(url, signed.body.token)
}

/** Somebody at the console who is not signed in. */
export function withoutSession(url: string): ConsoleAsk {
  return asking(url, '')
}

function asking(url: string, token: string): ConsoleAsk {
  return async (call, body) => {
    const response = await fetch(`${url}${CONSOLE_PATH}${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    })
    return { status: response.status, body: (await response.json()) as ConsoleAnswer<typeof call> & Refusal }
  }
}
