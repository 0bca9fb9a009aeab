import { Anchor, Button, CopyButton, Group, TextInput } from '@mantine/core'
import type { SignInPage } from '#renderer/replica/contract.ts'
import classes from './sign-in-steps.module.css'

type SignInStepsProps = {
  readonly signIn: SignInPage
  readonly code: string
  onCode(code: string): void
  onOpen(): void
}

/** What a person does whose computer is signed in by their browser: go to its page, and type here what that shows. */
export function SignInSteps({ signIn, code, onCode, onOpen }: SignInStepsProps) {
  return (
    <ol className={classes['steps']}>
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
