import { AppError, isErrorCode } from '#app/kernel/index.ts'
import { errorAnswerSchema } from '#app/protocol/index.ts'
import { CONSOLE_PATH, consoleCalls } from './protocol/console.ts'
import type { ConsoleAnswer, ConsoleCall, ConsoleRequest } from './protocol/console.ts'

// The console's calls from a terminal.

export type Ask = <Call extends ConsoleCall>(
  call: Call,
  request: ConsoleRequest<Call>,
) => Promise<ConsoleAnswer<Call>>

/** Each person with a login of their own. Throws the AppErrors of the server, `network.unreachable`. */
export async function signInAtConsole(server: string, login: string, password: string): Promise<Ask> {
  const { token } = await post(server, 'sign-in', { login, password }, null)
  return (call, request) => post(server, call, request, token)
}

async function post<Call extends ConsoleCall>(
  server: string,
  call: Call,
  request: ConsoleRequest<Call>,
  token: string | null,
): Promise<ConsoleAnswer<Call>> {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (token !== null) headers['authorization'] = `Bearer ${token}`
  const response = await fetch(`${server}${CONSOLE_PATH}${call}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(request),
  }).catch((cause: unknown) => {
    throw new AppError('network.unreachable', {}, { cause })
  })
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return consoleCalls[call].answer.parse(body) as ConsoleAnswer<Call>
  const refusal = errorAnswerSchema.safeParse(body).data?.error
  throw refusal !== undefined && isErrorCode(refusal.code)
    ? new AppError(refusal.code, refusal.facts)
    : new AppError('internal')
}
