import { AppError, isErrorCode } from '#app/kernel/index.ts'
import { errorAnswerSchema, PROTOCOL_HEADER, PROTOCOL_VERSION } from '#app/protocol/index.ts'
import { CONSOLE_PATH, consoleCalls } from '../console-api/protocol/console.ts'
import type { ConsoleAnswer, ConsoleCall, ConsoleRequest } from '../console-api/protocol/console.ts'

/**
 * Asks the server. The token is kept in memory by the caller and never stored. Throws AppError: the server's code, or
 * `network.unreachable`.
 */
export async function call<Call extends ConsoleCall>(
  name: Call,
  request: ConsoleRequest<Call>,
  token: string | null,
): Promise<ConsoleAnswer<Call>> {
  const answer = await post(`${CONSOLE_PATH}${name}`, request, token)
  const body: unknown = await answer.json().catch(() => null)
  if (!answer.ok) throw refusal(body)
  return consoleCalls[name].answer.parse(body) as ConsoleAnswer<Call>
}

async function post(path: string, request: unknown, token: string | null): Promise<Response> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
  }
  if (token !== null) headers['authorization'] = `Bearer ${token}`
  try {
    return await fetch(path, { method: 'POST', headers, body: JSON.stringify(request) })
  } catch (cause) {
    throw new AppError('network.unreachable', {}, { cause })
  }
}

function refusal(body: unknown): AppError {
  const parsed = errorAnswerSchema.safeParse(body)
  if (!parsed.success || !isErrorCode(parsed.data.error.code)) return new AppError('internal')
  return new AppError(parsed.data.error.code, parsed.data.error.facts)
}
