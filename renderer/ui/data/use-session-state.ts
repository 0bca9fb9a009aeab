import { useCallback, useMemo, useState } from 'react'
import type { Replica } from '#renderer/replica/contract.ts'
import { useReplica } from './replica-context.tsx'

const memories = new WeakMap<Replica, Map<string, unknown>>()

/**
 * State that outlives its screen, for as long as the replica is open: filters and the like. It may hold a patient's name,
 * so it lives in memory only, never in the address or in storage.
 */
export function useSessionState<Value>(key: string, initial: Value): [Value, (next: Value) => void] {
  const replica = useReplica()
  const [value, setValue] = useState(() => recall(replica, key, initial))
  const set = useCallback(
    (next: Value) => {
      memoryOf(replica).set(key, next)
      setValue(next)
    },
    [replica, key],
  )
  return [value, set]
}

/** A place for what a screen leaves behind for its next time; keeping something draws nothing anew. */
export function useSessionMemory<Value>(key: string): {
  recall(): Value | null
  keep(value: Value): void
} {
  const replica = useReplica()
  return useMemo(
    () => ({
      recall: () => recall<Value | null>(replica, key, null),
      keep: (value) => void memoryOf(replica).set(key, value),
    }),
    [replica, key],
  )
}

function memoryOf(replica: Replica): Map<string, unknown> {
  const memory = memories.get(replica) ?? new Map<string, unknown>()
  memories.set(replica, memory)
  return memory
}

function recall<Value>(replica: Replica, key: string, initial: Value): Value {
  const memory = memoryOf(replica)
  return memory.has(key) ? (memory.get(key) as Value) : initial
}
