import { Button, Divider, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { AppError, isErrorCode } from '#app/kernel/index.ts'
import { call } from '../call.ts'
import { Fault } from '../fault.tsx'
import { useRoute } from '../route.ts'

type SignOnProps<Answer> = {
  /** Which page the provider leads back to. */
  readonly place: 'console' | 'device'
  readonly send: () => Promise<Answer>
  readonly onSigned: (answer: Answer) => void
}

/** Where the browser goes for it. */
export const starts = {
  console: '/console-api/sso/start',
  device: '/console-api/sso/start?at=device',
} as const

/** The way in by the organisation's own provider, where there is one; ends what a way back from it has begun. */
export function SignOn<Answer>({ place, send, onSigned }: SignOnProps<Answer>) {
  const { data } = useQuery({ queryKey: ['sign-on-name'], queryFn: () => call('sign-on-name', {}, null) })
  const { route, go } = useRoute()
  const finish = useMutation({
    mutationFn: send,
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
      <Button component="a" href={starts[place]} variant="default" loading={finish.isPending}>
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
