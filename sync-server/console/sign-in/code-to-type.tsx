import { Alert, Code, Stack, Text } from '@mantine/core'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

type CodeToTypeProps = ConsoleAnswer<'sign-device-in'> & { readonly label: string }

/** Shown this once, for the person to carry to the computer that they are setting up. */
export function CodeToType({ code, expiresAt, label }: CodeToTypeProps) {
  return (
    <Stack role="status">
      <Text>
        You are signed in. Now type this code at <b>{label}</b>:
      </Text>
      <Code block fz={32} fw={600} ta="center" py="md" aria-label="Code for the computer">
        {code}
      </Code>
      <Text size="sm">
        It is good until {clock.format(new Date(expiresAt))}, once, for this computer only. Too late, or not
        taken? Begin again at the computer.
      </Text>
      <Alert color="yellow">
        <b>Tell it to nobody.</b> Type it yourself, at the computer that you have before you. Who asks you for
        it, by telephone or in a message, wants to come in as you.
      </Alert>
    </Stack>
  )
}
