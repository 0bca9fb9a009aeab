import { Button, Group, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import type { SignInPage } from '#renderer/replica/contract.ts'
import { SignInSteps } from '#renderer/ui/sign-in/sign-in-steps.tsx'

type EnrolBrowserProps = {
  /** Null: the one before is over. */
  readonly signIn: SignInPage | null
  /** Another one is being begun. */
  readonly busy: boolean
  onOpen(): void
  onBegin(): void
  onBack(): void
  onDone(code: string): void
}

/** The person signs in at a page in their browser, and types here what it shows. */
export function EnrolBrowser({ signIn, busy, onOpen, onBegin, onBack, onDone }: EnrolBrowserProps) {
  const [code, setCode] = useState('')

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (signIn === null) onBegin()
    else if (code.trim() !== '') onDone(code)
  }

  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {signIn === null ? (
          <Text size="sm">Begin again, and sign in at the page that opens then.</Text>
        ) : (
          <SignInSteps signIn={signIn} code={code} onCode={setCode} onOpen={onOpen} />
        )}
        <Group justify="space-between" mt="xs">
          <Button variant="default" onClick={onBack}>
            Back
          </Button>
          {signIn === null ? (
            <Button type="submit" loading={busy}>
              Begin again
            </Button>
          ) : (
            <Button type="submit" disabled={code.trim() === ''}>
              Set up this computer
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
