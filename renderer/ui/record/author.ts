import { useMemo } from 'react'
import { placesOf } from '#app/access/index.ts'
import type { Replica } from '#renderer/replica/contract.ts'
import { useReplica } from '../data/replica-context.tsx'
import { onlyScope } from './presentation.ts'
import type { Author } from './presentation.ts'

export function authorOf({ user, organisation, subject }: Replica): Author {
  const scopes = placesOf(subject)
  return {
    user,
    organisation,
    siteId: onlyScope(scopes, 'site'),
    territoryId: onlyScope(scopes, 'territory'),
  }
}

export function useAuthor(): Author {
  const replica = useReplica()
  return useMemo(() => authorOf(replica), [replica])
}
