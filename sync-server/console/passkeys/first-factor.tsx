import { Button, Code, Image, Stack, Text, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { renderSVG } from 'uqr'
import { call } from '../call.ts'
import { Fault } from '../fault.tsx'
import { CodeInput } from '../sign-in-fields.tsx'

type FirstFactorProps = {
  readonly login: string
  readonly password: string
  readonly code: string
  readonly onCode: (code: string) => void
}

/** Who needs a second proof and has none: an invitation gives an authenticator, and its first code signs in. */
export function FirstFactor({ login, password, code, onCode }: FirstFactorProps) {
  const [invitation, setInvitation] = useState('')
  const get = useMutation({
    mutationFn: () => call('second-factor', { login, password, invitation }, null),
  })
  if (get.data !== undefined) {
    return (
      <Stack gap="xs">
        {get.data.authenticator !== null && <NewAuthenticator address={get.data.authenticator} />}
        <CodeInput value={code} onChange={onCode} />
      </Stack>
    )
  }
  return (
    <Stack gap="xs">
      <TextInput
        label="Invitation"
        description="From an administrator; it still serves for your first device."
        value={invitation}
        onChange={(event) => setInvitation(event.currentTarget.value)}
        autoComplete="off"
      />
      <Button
        variant="default"
        disabled={invitation.trim() === ''}
        loading={get.isPending}
        onClick={() => get.mutate()}
      >
        Get an authenticator
      </Button>
      <Fault fault={get.error} />
    </Stack>
  )
}

const PICTURE = 208

function NewAuthenticator({ address }: { readonly address: string }) {
  const secret = new URL(address).searchParams.get('secret') ?? ''
  return (
    <>
      <Text size="sm">
        Let an authenticator on your telephone read this picture. It then shows six digits, new ones every
        half minute; they are asked for whenever you come in.
      </Text>
      <Image
        src={`data:image/svg+xml,${encodeURIComponent(renderSVG(address, { ecc: 'M', border: 4 }))}`}
        alt="Picture for the authenticator"
        w={PICTURE}
        mx="auto"
      />
      <Text size="sm">No camera? Type this key there:</Text>
      <Code block ta="center" aria-label="Key for the authenticator">
        {secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
      </Code>
    </>
  )
}
