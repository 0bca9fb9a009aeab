import { Button, Group, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { SubmitEvent } from 'react'
import { idSchema } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'

type PatientIdInputProps = {
  readonly action: string
  readonly busy: boolean
  readonly onChosen: (patientId: Id) => void
}

/** Whom something is about: the console knows patients by their ids. */
export function PatientIdInput({ action, busy, onChosen }: PatientIdInputProps) {
  const [text, setText] = useState('')
  const isId = idSchema.safeParse(text).success
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (isId) onChosen(text)
  }
  return (
    <form onSubmit={submit}>
      <Group align="end">
        <TextInput
          label="Patient"
          description="The id, as the record's address in Rounds shows it"
          w={340}
          value={text}
          error={text === '' || isId ? null : 'Not an id'}
          onChange={(event) => setText(event.currentTarget.value.trim())}
        />
        <Button type="submit" disabled={!isId} loading={busy}>
          {action}
        </Button>
      </Group>
    </form>
  )
}
