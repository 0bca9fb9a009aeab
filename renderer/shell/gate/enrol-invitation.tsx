import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useEffect, useRef } from 'react'
import type { FormEvent } from 'react'

type EnrolInvitationProps = {
  readonly value: string
  readonly busy: boolean
  onChange(value: string): void
  onBack(): void
  onNext(): void
}

/** The invitation, as the administrator told it. */
export function EnrolInvitation({ value, busy, onChange, onBack, onNext }: EnrolInvitationProps) {
  const input = useRef<HTMLInputElement>(null)
  useEffect(() => input.current?.focus(), [])
  const complete = value.trim() !== ''

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (complete && !busy) onNext()
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          ref={input}
          label="Invitation"
          description="Sixteen letters and digits from your administrator. It is for you, for one computer, and ends after three days."
          placeholder="XXXX-XXXX-XXXX-XXXX"
          value={value}
          maxLength={40}
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="characters"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
        <Group justify="space-between" mt="xs">
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
          <Button type="submit" disabled={!complete} loading={busy}>
            Continue
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
