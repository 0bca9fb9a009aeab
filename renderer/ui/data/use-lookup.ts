import { useSyncExternalStore } from 'react'
import type { Replica } from '#renderer/replica/contract.ts'
import type { Lookup } from '../fields/field-view.ts'
import { useReplica } from './replica-context.tsx'
import { liveTitles } from './titles.ts'
import type { LiveTitles } from './titles.ts'

const titlesOf = new WeakMap<Replica, LiveTitles>()

/** Names of records, live. An id that is not on this device has an empty name. */
export function useLookup(): Lookup {
  const titles = shared(useReplica())
  return useSyncExternalStore(titles.subscribe, titles.lookup)
}

/** One for all screens: what one of them has asked for, the next one knows. */
function shared(replica: Replica): LiveTitles {
  const titles = titlesOf.get(replica) ?? liveTitles(replica)
  titlesOf.set(replica, titles)
  return titles
}
