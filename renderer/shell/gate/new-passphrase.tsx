import { PasswordInput, Progress, Text } from '@mantine/core'
import { useState } from 'react'
import type { Ref } from 'react'
import { MIN_PASSPHRASE } from '#renderer/replica/keys/index.ts'
import { passphraseStrength } from './passphrase-strength.ts'
import type { PassphraseStrength } from './passphrase-strength.ts'

type NewPassphraseProps = {
  readonly label: string
  readonly inputRef?: Ref<HTMLInputElement>
  /** The passphrase once it is long enough and was typed twice alike, else null. */
  onChange(passphrase: string | null): void
}

const words: Record<PassphraseStrength['word'], { readonly text: string; readonly color: string }> = {
  short: {
    text: `At least ${MIN_PASSPHRASE} characters. Several words are easiest to remember.`,
    color: 'gray',
  },
  weak: { text: 'Weak: add a word or two.', color: 'orange' },
  fair: { text: 'Fair: one more word makes it strong.', color: 'yellow' },
  strong: { text: 'Strong.', color: 'green' },
}

/** A passphrase chosen and typed twice, with a measure of its strength. */
export function NewPassphrase({ label, inputRef, onChange }: NewPassphraseProps) {
  const [typed, setTyped] = useState({ passphrase: '', again: '' })
  const { passphrase, again } = typed
  const strength = passphraseStrength(passphrase, MIN_PASSPHRASE)
  const differs = again !== '' && !passphrase.startsWith(again)

  function change(next: typeof typed): void {
    setTyped(next)
    const ready = passphraseStrength(next.passphrase, MIN_PASSPHRASE).word !== 'short'
    onChange(ready && next.again === next.passphrase ? next.passphrase : null)
  }

  return (
    <>
      <PasswordInput
        ref={inputRef}
        label={label}
        value={passphrase}
        autoComplete="off"
        onChange={(event) => change({ ...typed, passphrase: event.currentTarget.value })}
      />
      <div>
        <Progress value={strength.share * 100} color={words[strength.word].color} size="xs" aria-hidden />
        <Text size="xs" c="dimmed" mt={4} aria-live="polite">
          {words[strength.word].text}
        </Text>
      </div>
      <PasswordInput
        label={`${label} again`}
        value={again}
        autoComplete="off"
        error={differs ? 'The two are not the same yet.' : undefined}
        onChange={(event) => change({ ...typed, again: event.currentTarget.value })}
      />
    </>
  )
}
