import { useSyncExternalStore } from 'react'
import type { SyncStatus } from '#renderer/replica/contract.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'

export function useSyncStatus(): SyncStatus {
  const replica = useReplica()
  return useSyncExternalStore(
    (listener) => {
      const subscription = replica.status$.subscribe(listener)
      return () => subscription.unsubscribe()
    },
    () => replica.status(),
  )
}
