import { useMemo } from 'react'
import type { Replica } from '#renderer/replica/contract.ts'
import { useReplica } from '../data/replica-context.tsx'
import { onlyScope } from './presentation.ts'
import type { Author } from './presentation.ts'

export function authorOf({ user, organisation, subject }: Replica): Author {
  const scopes = subject.grants.map((grant) => grant.scope)
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
