import type { AuthenticationResponseJSON } from '@simplewebauthn/browser'
import { Button, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Fault } from '../fault.tsx'
import { CodeInput } from '../sign-in-fields.tsx'
import { isGivenUp, showPasskey } from './use-passkey.ts'

type SecondFactorProps = {
  readonly code: string
  readonly onCode: (code: string) => void
  readonly onPasskey: (passkey: AuthenticationResponseJSON) => void
}

/** What a person shows beside the password: a code of their authenticator, or a passkey. */
export function SecondFactor({ code, onCode, onPasskey }: SecondFactorProps) {
  const show = useMutation({ mutationFn: showPasskey, onSuccess: onPasskey })
  return (
    <Stack gap="xs">
      <CodeInput value={code} onChange={onCode} />
      <Button variant="default" loading={show.isPending} onClick={() => show.mutate()}>
        Use a passkey
      </Button>
      {isGivenUp(show.error) ? (
        <Text size="sm" c="dimmed" role="status">
          No passkey was given.
        </Text>
      ) : (
        <Fault fault={show.error} />
      )}
    </Stack>
  )
}
