import { Button, Code, Group, PinInput, Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import classes from './gate.module.css'
import { QrCode } from './qr-code.tsx'

const DIGITS = 6

type EnrolCodeProps = {
  /** What a new authenticator reads; null: the user has one. */
  readonly authenticator: string | null
  onBack(): void
  onDone(code: string): void
}

/** The last step: the code that the user's authenticator shows now; a new authenticator reads a picture first. */
export function EnrolCode({ authenticator, onBack, onDone }: EnrolCodeProps) {
  const [code, setCode] = useState('')
  const pins = useRef<HTMLDivElement>(null)
  useEffect(() => pins.current?.querySelector('input')?.focus(), [])

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (code.length === DIGITS) onDone(code)
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {authenticator === null ? (
          <Text size="sm">Type the six digits that your authenticator shows for Rounds now.</Text>
        ) : (
          <NewAuthenticator address={authenticator} />
        )}
        <div ref={pins} className={classes.code}>
          <PinInput
            length={DIGITS}
            type="number"
            oneTimeCode
            size="md"
            value={code}
            onChange={setCode}
            getInputProps={(index) => ({ 'aria-label': `Digit ${index + 1} of the code` })}
          />
        </div>
        <Group justify="space-between" mt="xs">
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
          <Button type="submit" disabled={code.length !== DIGITS}>
            Set up this computer
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function NewAuthenticator({ address }: { readonly address: string }) {
  const secret = new URL(address).searchParams.get('secret') ?? ''
  return (
    <>
      <Text size="sm">
        Open an authenticator on your telephone and let it read this picture. It then shows six digits, new
        ones every half minute; they are asked for whenever a computer is set up for you.
      </Text>
      <QrCode text={address} label="Picture for the authenticator" />
      <Text size="sm">No camera? Type this key there:</Text>
      <Code block ta="center" aria-label="Key for the authenticator">
        {secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}
      </Code>
    </>
  )
}
