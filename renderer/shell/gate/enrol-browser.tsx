import { Anchor, Button, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { FormEvent } from 'react'
import type { BrowserSignIn } from '#renderer/replica/contract.ts'
import classes from './gate.module.css'

type EnrolBrowserProps = {
  /** Null: the one before is over. */
  readonly signIn: Pick<BrowserSignIn, 'address' | 'minutes'> | null
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

type SignInStepsProps = {
  readonly signIn: NonNullable<EnrolBrowserProps['signIn']>
  readonly code: string
  onCode(code: string): void
  onOpen(): void
}

function SignInSteps({ signIn, code, onCode, onOpen }: SignInStepsProps) {
  return (
    <ol className={classes['signInSteps']}>
      <li>
        Sign in at the page that your browser opens, within {signIn.minutes} minutes.
        <Group mt={8} gap="md">
          <Button variant="light" onClick={onOpen}>
            Open the page
          </Button>
          <CopyButton value={new URL(signIn.address, window.location.href).href}>
            {({ copied, copy }) => (
              <Anchor component="button" type="button" size="sm" onClick={copy}>
                {copied ? 'Copied' : 'Copy its address'}
              </Anchor>
            )}
          </CopyButton>
        </Group>
      </li>
      <li>
        Type the code that the page shows then.
        <TextInput
          mt={8}
          size="md"
          aria-label="Code of the sign-in page"
          placeholder="XXXX-XXXX"
          value={code}
          maxLength={20}
          autoComplete="off"
          spellCheck={false}
          autoCapitalize="characters"
          onChange={(event) => onCode(event.currentTarget.value)}
        />
      </li>
    </ol>
  )
}
