import { hostCalls } from '#app/host/index.ts'
import type { HostCall, HostPayload, HostResult } from '#app/host/index.ts'
import { AppError, codeOf, err, ok } from '#app/kernel/index.ts'
import type { Result } from '#app/kernel/index.ts'
import { signInAddress } from '#app/protocol/index.ts'
import type { Platform } from './platform.ts'
import { isOwnFrame, mayOpenOutside } from './policy.ts'
import type { Frame } from './policy.ts'

// What main does for the client. Pure: the platform is handed in, nothing here knows Electron.

export type Handlers = {
  readonly [Call in HostCall]: (payload: HostPayload<Call>) => Promise<HostResult<Call>>
}

export function createHandlers(platform: Platform): Handlers {
  const { keeper } = platform
  return {
    info: async () => platform.info,
    bindKey: async ({ replicaId, purpose, input }) => ({
      output: await keeper.bindKey(replicaId, purpose, input),
    }),
    knows: async ({ replicaId }) => ({ knows: await keeper.knows(replicaId) }),
    deviceKey: async ({ replicaId }) => ({ publicKey: await keeper.deviceKey(replicaId) }),
    sign: async ({ replicaId, text }) => ({ signature: await keeper.sign(replicaId, text) }),
    forget: async ({ replicaId }) => {
      await keeper.forget(replicaId)
      return {}
    },
    saveFile: async (file) => ({ saved: await platform.saveFile(file) }),
    openFile: async ({ accept }) => platform.openFile(accept),
    notify: async (message) => {
      platform.notify(message)
      return {}
    },
    openSignIn: async ({ page }) => {
      const { serverUrl } = platform.info
      const address = signInAddress(serverUrl, page)
      if (!mayOpenOutside(address, serverUrl)) throw new AppError('access.forbidden')
      await platform.openOutside(address)
      return {}
    },
    pinServer: async ({ pins }) => ({ pinned: platform.pinServer(pins) }),
    print: async () => {
      await platform.print()
      return {}
    },
    updateState: async () => platform.updateState(),
  }
}

/**
 * One message of the client, answered as a value. The sender must be our own page in the top frame; the payload is
 * parsed before a handler sees it and the result before it leaves. A fault is told by its code alone.
 */
export async function answerCall<Call extends HostCall>(
  handlers: Handlers,
  call: Call,
  sender: Frame | null,
  payload: unknown,
): Promise<Result<HostResult<Call>>> {
  if (!isOwnFrame(sender)) return err({ code: 'access.forbidden' })
  const parsed = hostCalls[call].payload.safeParse(payload)
  if (!parsed.success) return err({ code: 'request.invalid', facts: { place: call } })
  try {
    const value = await handlers[call](parsed.data as HostPayload<Call>)
    return ok(hostCalls[call].result.parse(value) as HostResult<Call>)
  } catch (fault) {
    return err({ code: codeOf(fault), facts: fault instanceof AppError ? fault.facts : {} })
  }
}
