import { bridgeOver } from '#app/host/index.ts'
import type { HostBridge, HostPort } from '#app/host/index.ts'
import { browserHost } from './browser-host.ts'
import type { HostKeys } from './browser-host.ts'
import { openDeviceVault } from './device-vault.ts'
import { browserPage } from './page.ts'

export type ConnectedHost = {
  readonly host: HostBridge
  /** To be told of every replica's keys as soon as they are open: `onKeys` of `createReplicaGate`. */
  onKeys(keys: HostKeys): Promise<void>
}

/** The machine that this page runs on: Electron's main where its preload is there, else the browser. */
export function connectHost(version: string): ConnectedHost {
  // Put there by Electron's preload, of this very type.
  const { rounds: port } = globalThis as { readonly rounds?: HostPort }
  if (port !== undefined) return { host: bridgeOver(port), onKeys: async () => undefined }
  const { bridge, attach } = browserHost({ vault: openDeviceVault(), page: browserPage, version })
  return { host: bridge, onKeys: async (keys) => attach(keys) }
}
