import type { HostBridge } from '#app/host/index.ts'
import type { Id } from '#app/kernel/index.ts'

/**
 * A machine for tests: it keeps a device secret for each replica, and signs with something that only it makes. `known` are
 * the secrets that it has already.
 */
export function machine(known: Iterable<readonly [Id, Uint8Array<ArrayBuffer>]> = []): HostBridge & {
  readonly secrets: ReadonlyMap<Id, Uint8Array<ArrayBuffer>>
  /** The pages of signing in that it was asked to open. */
  readonly opened: readonly string[]
  /** What it was asked to pin, each time. */
  readonly pinned: readonly (readonly string[])[]
} {
  const opened: string[] = []
  const pinned: (readonly string[])[] = []
  const secrets = new Map<Id, Uint8Array<ArrayBuffer>>(known)
  const secretOf = (replicaId: Id) => {
    const secret = secrets.get(replicaId) ?? crypto.getRandomValues(new Uint8Array(32))
    secrets.set(replicaId, secret)
    return secret
  }
  const mac = async (replicaId: Id, text: string): Promise<string> => {
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', secretOf(replicaId), algorithm, false, ['sign'])
    return Buffer.from(await crypto.subtle.sign('HMAC', key, Buffer.from(text))).toString('base64')
  }
  const calls = {
    info: () => ({ kind: 'browser', version: '0', platform: 'test', keeper: 'page', serverUrl: '' }),
    bindKey: async ({ replicaId, input }: { replicaId: Id; input: string }) => ({
      output: await mac(replicaId, input),
    }),
    knows: ({ replicaId }: { replicaId: Id }) => ({ knows: secrets.has(replicaId) }),
    deviceKey: async ({ replicaId }: { replicaId: Id }) => ({ publicKey: await mac(replicaId, 'public') }),
    sign: async ({ replicaId, text }: { replicaId: Id; text: string }) => ({
      signature: await mac(replicaId, text),
    }),
    openSignIn({ page }: { page: string }) {
      opened.push(page)
      return {}
    },
    pinServer({ pins }: { pins: readonly string[] }) {
      pinned.push(pins)
      return { pinned: true }
    },
    forget({ replicaId }: { replicaId: Id }) {
      secrets.delete(replicaId)
      return {}
    },
  }
  return {
    secrets,
    opened,
    pinned,
    call: (async (call: keyof typeof calls, payload: never) => calls[call](payload)) as HostBridge['call'],
    on: () => () => undefined,
    restart: () => undefined,
  }
}
