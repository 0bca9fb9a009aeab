import { CONSOLE_PATH } from '../console-api/protocol/console.ts'
import type { ConsoleAnswer, ConsoleCall, ConsoleRequest } from '../console-api/protocol/console.ts'

/** Somebody at the console, as bare as it goes over the wire. */
export type ConsoleClient = {
  /** Throws where the server refuses. */
  ask<Call extends ConsoleCall>(call: Call, request: ConsoleRequest<Call>): Promise<ConsoleAnswer<Call>>
  try(call: ConsoleCall, request: object): Promise<{ readonly status: number; readonly body: unknown }>
}

export async function openConsole(url: string, login: string, password: string): Promise<ConsoleClient> {
  async function post(call: ConsoleCall, request: object, token: string) {
    const response = await fetch(`${url}${CONSOLE_PATH}${call}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify(request),
    })
    const body: unknown = await response.json()
    return { status: response.status, body }
  }
  async function answered<Call extends ConsoleCall>(
    call: Call,
    request: ConsoleRequest<Call>,
    bearer: string,
  ): Promise<ConsoleAnswer<Call>> {
    const { status, body } = await post(call, request, bearer)
    if (status !== 200) throw new Error(`${call}: ${status} ${JSON.stringify(body)}`)
    return body as ConsoleAnswer<Call>
  }
  const { token } = await answered('sign-in', { login, password }, '')
  return {
    ask: (call, request) => answered(call, request, token),
    try: (call, request) => post(call, request, token),
  }
}
