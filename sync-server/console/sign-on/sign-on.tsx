import { Button, Divider, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { AppError, isErrorCode } from '#app/kernel/index.ts'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { call } from '../call.ts'
import { Fault } from '../fault.tsx'
import { useRoute } from '../route.ts'

type SignOnProps = { readonly onSigned: (session: ConsoleAnswer<'sign-in'>) => void }

/** The way in by the organisation's own provider, where there is one; ends what a way back from it has begun. */
export function SignOn({ onSigned }: SignOnProps) {
  const { data } = useQuery({ queryKey: ['sign-on-name'], queryFn: () => call('sign-on-name', {}, null) })
  const { route, go } = useRoute()
  const finish = useMutation({
    mutationFn: () => call('sign-on', {}, null),
    onSuccess: onSigned,
    onSettled: () => go(''),
  })
  const { mutate } = finish
  const isBack = route[0] === 'sso'
  useEffect(() => {
    if (isBack) mutate()
  }, [isBack, mutate])
  if (data === undefined || data.name === null) return null
  return (
    <Stack>
      <Divider label="or" />
      <Fault fault={finish.error ?? notBegun(route[0])} />
      <Button component="a" href="/console-api/sso/start" variant="default" loading={finish.isPending}>
        Sign in with {data.name}
      </Button>
    </Stack>
  )
}

/** Why it could not begin, as the address says. */
function notBegun(page: string): AppError | null {
  const code = page.replace(/^sso-/, '')
  return page.startsWith('sso-') && isErrorCode(code) ? new AppError(code) : null
}
