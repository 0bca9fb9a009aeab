import { Button, Group, Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { NewPassphrase } from './new-passphrase.tsx'

type EnrolPassphraseProps = {
  readonly isLast: boolean
  /** The server is being asked. */
  readonly busy: boolean
  onBack(): void
  onDone(passphrase: string): void
}

/** The passphrase, typed twice, and what it is for. */
export function EnrolPassphrase({ isLast, busy, onBack, onDone }: EnrolPassphraseProps) {
  const [passphrase, setPassphrase] = useState<string | null>(null)
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (passphrase !== null) onDone(passphrase)
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          Everything Rounds keeps on this computer is encrypted. Your passphrase is the key: with it you open
          Rounds even without a network, and without it nobody can read the data, not even on a stolen disk.
          Nobody can tell you the passphrase if you forget it, and unless your organisation has set recovery
          up, a forgotten passphrase can not be recovered.
        </Text>
        <NewPassphrase label="Passphrase" inputRef={input} onChange={setPassphrase} />
        <Group justify="space-between" mt="xs">
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
          <Button type="submit" disabled={passphrase === null} loading={busy}>
            {isLast ? 'Set up this computer' : 'Continue'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
