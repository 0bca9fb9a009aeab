import { Button, Group, PasswordInput, Progress, Stack, Text } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { FormEvent } from 'react'
import { MIN_PASSPHRASE } from '#renderer/replica/keys/index.ts'
import { passphraseStrength } from './passphrase-strength.ts'
import type { PassphraseStrength } from './passphrase-strength.ts'

type EnrolPassphraseProps = { onBack(): void; onDone(passphrase: string): void }

const words: Record<PassphraseStrength['word'], { readonly text: string; readonly color: string }> = {
  short: {
    text: `At least ${MIN_PASSPHRASE} characters. Several words are easiest to remember.`,
    color: 'gray',
  },
  weak: { text: 'Weak: add a word or two.', color: 'orange' },
  fair: { text: 'Fair: one more word makes it strong.', color: 'yellow' },
  strong: { text: 'Strong.', color: 'green' },
}

/** Second step of enrolment: the passphrase, typed twice, and what it is for. */
export function EnrolPassphrase({ onBack, onDone }: EnrolPassphraseProps) {
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  const strength = passphraseStrength(passphrase, MIN_PASSPHRASE)
  const differs = again !== '' && !passphrase.startsWith(again)
  const ready = strength.word !== 'short' && again === passphrase

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (ready) onDone(passphrase)
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm">
          Everything Rounds keeps on this computer is encrypted. Your passphrase is the key: with it you open
          Rounds even without a network, and without it nobody can read the data, not even on a stolen disk.
          Nobody can tell you the passphrase if you forget it.
        </Text>
        <PasswordInput
          ref={input}
          label="Passphrase"
          value={passphrase}
          autoComplete="off"
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        <div>
          <Progress value={strength.share * 100} color={words[strength.word].color} size="xs" aria-hidden />
          <Text size="xs" c="dimmed" mt={4} aria-live="polite">
            {words[strength.word].text}
          </Text>
        </div>
        <PasswordInput
          label="Passphrase again"
          value={again}
          autoComplete="off"
          error={differs ? 'The two are not the same yet.' : undefined}
          onChange={(event) => setAgain(event.currentTarget.value)}
        />
        <Group justify="space-between" mt="xs">
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
          <Button type="submit" disabled={!ready}>
            Set up this computer
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
