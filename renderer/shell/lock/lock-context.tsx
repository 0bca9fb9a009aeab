import { createContext, use, useCallback, useEffect, useRef } from 'react'
import type { ReactNode } from 'react'
import type { HostBridge } from '#app/host/index.ts'
import { beginLocking } from '#renderer/ui/data/locking.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { IDLE_MILLISECONDS, watchIdle } from './idle.ts'

type Lock = () => Promise<void>

const LockContext = createContext<Lock | null>(null)

export function useLock(): Lock {
  const lock = use(LockContext)
  if (lock === null) throw new Error('no LockProvider above')
  return lock
}

type LockProviderProps = { readonly host: HostBridge; readonly children: ReactNode }

/** Locks on command, after a quarter of an hour without a person, and when the machine says so. */
export function LockProvider({ host, children }: LockProviderProps) {
  const replica = useReplica()
  const begun = useRef(false)
  const lock = useCallback(async () => {
    if (begun.current) return
    begun.current = true
    beginLocking()
    // Whatever fails on the way, the page must go: its memory holds what the lock protects.
    await replica.lock().finally(() => host.restart())
  }, [replica, host])

  useEffect(() => {
    const stopIdle = watchIdle({
      target: window,
      limit: IDLE_MILLISECONDS,
      now: Date.now,
      every: repeat,
      onIdle: () => void lock(),
    })
    const stopHost = host.on((event) => {
      if (event.type === 'lock') void lock()
    })
    return () => {
      stopIdle()
      stopHost()
    }
  }, [host, lock])

  return <LockContext value={lock}>{children}</LockContext>
}

function repeat(milliseconds: number, task: () => void): () => void {
  const timer = window.setInterval(task, milliseconds)
  return () => window.clearInterval(timer)
}
