import { useMemo } from 'react'
import type { FileStanding } from '#renderer/replica/contract.ts'
import { useReplica } from '../data/replica-context.tsx'
import { useObservable } from '../data/use-observable.ts'

const unknown: FileStanding = { here: false, kept: false, waits: false, moving: null, problem: null }

/** How a file stands on this device, live. */
export function useStanding(hash: string): FileStanding {
  const { files } = useReplica()
  const observed = useObservable(useMemo(() => files.standing$(hash), [files, hash]))
  return observed.state === 'here' ? observed.value : unknown
}
