import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, useContext } from 'react'
import { mayCall } from '../console-api/protocol/console.ts'
import { codeOf } from '#app/kernel/index.ts'
import type { ConsoleAnswer, ConsoleCall, ConsoleRequest } from '../console-api/protocol/console.ts'
import { call } from './call.ts'
import type { Signed } from './sign-in.tsx'

export type ConsoleSession = Signed & {
  /** Why this person looks at messages; null until they have said so. */
  readonly purpose: string | null
  readonly setPurpose: (purpose: string) => void
  readonly end: () => void
}

const SessionContext = createContext<ConsoleSession | null>(null)
export const SessionProvider = SessionContext.Provider

export function useSession(): ConsoleSession {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('no session above this component')
  return session
}

const REFRESH_MS = 5000

/** What the server says now, asked again every few seconds. */
export function useConsole<Call extends ConsoleCall>(name: Call, request: ConsoleRequest<Call>) {
  const { token, end } = useSession()
  return useQuery({
    queryKey: [name, request],
    refetchInterval: REFRESH_MS,
    queryFn: () => endOnLoss(call(name, request, token), end),
  })
}

/** For questions of a shape of their own. */
type Ask = <Call extends ConsoleCall>(
  name: Call,
  request: ConsoleRequest<Call>,
) => Promise<ConsoleAnswer<Call>>

export function useAsk(): Ask {
  const { token, end } = useSession()
  return (name, request) => endOnLoss(call(name, request, token), end)
}

/** What is asked once, because each time is written down: an opened message, a dry run. */
export function useConsoleOnce<Call extends ConsoleCall>(name: Call, request: ConsoleRequest<Call>) {
  const { token, end } = useSession()
  return useQuery({
    queryKey: [name, request],
    staleTime: 'static',
    retry: false,
    queryFn: () => endOnLoss(call(name, request, token), end),
  })
}

/** What is written down each time it is shown: asked once, and again only after a change that was made here. */
export function useConsoleShown<Call extends ConsoleCall>(name: Call, request: ConsoleRequest<Call>) {
  const { token, end } = useSession()
  return useQuery({
    queryKey: [name, request],
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    queryFn: () => endOnLoss(call(name, request, token), end),
  })
}

export function useMayCall(name: ConsoleCall): boolean {
  return mayCall(useSession().roles, name)
}

/** A change; everything shown is asked again after it. */
export function useConsoleChange<Call extends ConsoleCall>(name: Call) {
  const { token, end } = useSession()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (request: ConsoleRequest<Call>) => endOnLoss(call(name, request, token), end),
    onSettled: () => queries.invalidateQueries(),
  })
}

async function endOnLoss<Call extends ConsoleCall>(
  answer: Promise<ConsoleAnswer<Call>>,
  end: () => void,
): Promise<ConsoleAnswer<Call>> {
  try {
    return await answer
  } catch (fault) {
    if (['access.session', 'access.revoked'].includes(codeOf(fault))) end()
    throw fault
  }
}
