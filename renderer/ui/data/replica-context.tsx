import { createContext, use } from 'react'
import type { Replica } from '#renderer/replica/contract.ts'

const ReplicaContext = createContext<Replica | null>(null)

export const ReplicaProvider = ReplicaContext

/** The open replica. Screens are shown only while there is one. */
export function useReplica(): Replica {
  const replica = use(ReplicaContext)
  if (replica === null) throw new Error('no replica is open')
  return replica
}
