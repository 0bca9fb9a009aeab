import type { AuthenticationResponseJSON } from '@simplewebauthn/browser'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { codeOf } from '#app/kernel/index.ts'
import type { ConsoleRequest } from '../../console-api/protocol/console.ts'
import { useAsk } from '../session.tsx'

type Shown = ConsoleRequest<'end-other-sessions'>

/** What is to become of the account, with who its person is, shown again. */
export type OwnChange = (ask: ReturnType<typeof useAsk>, shown: Shown) => Promise<unknown>

type Attempt = { readonly change: OwnChange; readonly passkey?: AuthenticationResponseJSON }

/** Changes of one's own account: the password goes with each, and the factor where the server asks for it. */
export function useOwnChange() {
  const ask = useAsk()
  const queries = useQueryClient()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const attempt = useMutation({
    mutationFn: ({ change, passkey }: Attempt) =>
      change(ask, { password, ...(code === '' ? {} : { code }), ...(passkey && { passkey }) }),
    onSuccess() {
      // They were for this one change: nothing waits in the open window for whoever comes next.
      setPassword('')
      setCode('')
    },
    onSettled: () => queries.invalidateQueries(),
  })
  const { error, isPending, variables } = attempt
  const wantsFactor = code !== '' || (error !== null && codeOf(error) === 'access.second-factor')
  return {
    password,
    setPassword,
    code,
    setCode,
    error,
    isPending,
    wantsFactor: wantsFactor && variables !== undefined,
    make: (change: OwnChange) => attempt.mutate({ change }),
    /** The change that was refused, once more with a passkey. */
    repeatWith(passkey: AuthenticationResponseJSON) {
      if (variables !== undefined) attempt.mutate({ ...variables, passkey })
    },
  }
}
