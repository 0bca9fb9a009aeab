import { createContext, use } from 'react'
import type { HostBridge } from '#app/host/index.ts'

const HostContext = createContext<HostBridge | null>(null)

export const HostProvider = HostContext

/** The machine that this window runs on. */
export function useHost(): HostBridge {
  const host = use(HostContext)
  if (host === null) throw new Error('no host is known')
  return host
}
