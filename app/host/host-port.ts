import { AppError, isErrorCode } from '../kernel/errors.ts'
import type { Result } from '../kernel/result.ts'
import { hostCalls } from './host-bridge.ts'
import type { HostBridge, HostCall, HostEvent, HostPayload, HostResult } from './host-bridge.ts'

type HostAnswers = {
  readonly [Call in HostCall]: (payload: HostPayload<Call>) => Promise<Result<HostResult<Call>>>
}

/**
 * What the Electron preload puts on `window.rounds`: one function a call, and answers that are values, since an error
 * that crosses from one world to another keeps nothing but its message.
 */
export type HostPort = HostAnswers & {
  readonly on: HostBridge['on']
  readonly restart: HostBridge['restart']
}

/** The bridge over a port: parses each answer, and throws its error as an `AppError`. */
export function bridgeOver(port: HostPort): HostBridge {
  const answers: HostAnswers = port
  return {
    async call<Call extends HostCall>(call: Call, payload: HostPayload<Call>) {
      const answer = await answers[call](payload)
      if (!answer.ok) {
        const { code, facts } = answer.error
        throw new AppError(isErrorCode(code) ? code : 'internal', facts)
      }
      return hostCalls[call].result.parse(answer.value) as HostResult<Call>
    },
    on: (listener: (event: HostEvent) => void) => port.on(listener),
    restart: () => port.restart(),
  }
}
