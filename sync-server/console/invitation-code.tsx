import { Code, Stack, Text } from '@mantine/core'
import { Moment } from './moment.tsx'

type InvitationCodeProps = { readonly name: string; readonly code: string; readonly expiresAt: string }

/** An invitation, shown once, and what it is good for. */
export function InvitationCode({ name, code, expiresAt }: InvitationCodeProps) {
  return (
    <Stack>
      <Text size="sm">
        Tell it to {name} in person or by telephone. It is shown this once, serves for one device, and ends{' '}
        <Moment at={expiresAt} />. Who has no password yet sets one by it first, here at the console. An
        earlier one that was not used has ended.
      </Text>
      <Code block fz="lg" ta="center" aria-label="Invitation">
        {code}
      </Code>
    </Stack>
  )
}
