import { hostCalls } from '#app/host/index.ts'
import type { HostBridge, HostCall, HostPayload, HostResult } from '#app/host/index.ts'
import { AppError } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { base64Of, bytesOf } from '#app/kernel/base64.ts'
import { signInAddress } from '#app/protocol/index.ts'
import { boundTo, newDeviceKey, openDeviceKey, signText } from './device-key.ts'
import type { DeviceVault } from './device-vault.ts'
import type { Page } from './page.ts'

type Handlers = { readonly [Call in HostCall]: (payload: HostPayload<Call>) => Promise<HostResult<Call>> }

/** What the host needs of an unlocked replica: `KeyRing` is one. */
export type HostKeys = {
  readonly replicaId: Id
  /** For wrapping and unwrapping; null once the replica is locked. */
  hostKey(): CryptoKey | null
}

export type BrowserHost = {
  readonly bridge: HostBridge
  /** The device key is wrapped under the replica's own, and serves until that is closed. */
  attach(keys: HostKeys): void
}

/**
 * The machine as a browser can be one, for development, tests and where Electron can't be had. Its device secret lies
 * in the browser's profile, so that the passphrase alone protects the replica; servers refuse it real data.
 */
export function browserHost(options: {
  readonly vault: DeviceVault
  readonly page: Page
  readonly version: string
}): BrowserHost {
  const { vault, page, version } = options
  const open = new Map<Id, HostKeys>()

  function hostKeyOf(replicaId: Id): CryptoKey {
    const key = open.get(replicaId)?.hostKey()
    if (!key) throw new AppError('replica.locked')
    return key
  }

  async function wrappedDeviceKey(replicaId: Id) {
    const known = await vault.deviceKey(replicaId)
    return known ?? vault.keepDeviceKey(replicaId, await newDeviceKey(replicaId, hostKeyOf(replicaId)))
  }

  const handlers: Handlers = {
    info: async () => ({
      kind: 'browser',
      version,
      platform: page.platform,
      keeper: 'page',
      serverUrl: '',
    }),
    async bindKey({ replicaId, purpose, input }) {
      const output = await boundTo(await vault.deviceSecret(replicaId), purpose, bytesOf(input))
      return { output: base64Of(output) }
    },
    knows: async ({ replicaId }) => ({ knows: await vault.knows(replicaId) }),
    deviceKey: async ({ replicaId }) => ({
      publicKey: base64Of((await wrappedDeviceKey(replicaId)).publicKey),
    }),
    async sign({ replicaId, text }) {
      const hostKey = hostKeyOf(replicaId)
      const key = await openDeviceKey(replicaId, hostKey, await wrappedDeviceKey(replicaId))
      if (key === null) throw new AppError('access.signature')
      return { signature: base64Of(await signText(key, text)) }
    },
    async forget({ replicaId }) {
      open.delete(replicaId)
      await vault.forget(replicaId)
      return {}
    },
    async saveFile(file) {
      page.saveFile(file)
      return { saved: true }
    },
    openFile: async ({ accept }) => page.openFile(accept),
    async notify(message) {
      page.notify(message)
      return {}
    },
    async openSignIn({ page: asked }) {
      page.openTab(signInAddress('', asked))
      return {}
    },
    // What a page is shown of certificates the browser decides alone.
    pinServer: async () => ({ pinned: false }),
    async print() {
      page.print()
      return {}
    },
    updateState: async () => ({ state: 'none' }),
  }

  return {
    attach(keys) {
      open.set(keys.replicaId, keys)
      page.keepStorage()
    },
    bridge: {
      async call(call, payload) {
        const parsed = hostCalls[call].payload.safeParse(payload)
        if (!parsed.success) throw new AppError('request.invalid', { place: call })
        return answer(handlers, call, payload)
      },
      on: (listener) => page.onNetwork((online) => listener({ type: 'network', online })),
      restart: () => page.leave(),
    },
  }
}

async function answer<Call extends HostCall>(
  handlers: Handlers,
  call: Call,
  payload: HostPayload<Call>,
): Promise<HostResult<Call>> {
  // The schema belongs to the call, which the type of the map of schemas does not show.
  return hostCalls[call].result.parse(await handlers[call](payload)) as HostResult<Call>
}
