import { Progress, Stack, Text } from '@mantine/core'
import type { OpenProgress } from '#renderer/replica/contract.ts'

const words: Record<OpenProgress['step'], string> = {
  keys: 'Making the key from your passphrase. This takes a moment on purpose.',
  'signing-in': 'Signing in to the server.',
  reading: 'Opening what is stored on this computer.',
  migrating: 'Bringing what is stored on this computer to this version of Rounds.',
  ready: 'Ready.',
}

/** Where each step begins and ends on the one bar that people see. */
const spans: Record<OpenProgress['step'], readonly [number, number]> = {
  keys: [0, 40],
  'signing-in': [40, 55],
  reading: [55, 98],
  migrating: [55, 98],
  ready: [98, 100],
}

export function OpeningScreen({
  way,
  progress,
}: {
  readonly way: 'unlock' | 'enrol'
  readonly progress: OpenProgress
}) {
  const [from, to] = spans[progress.step]
  const label = way === 'enrol' ? 'Setting up this computer' : 'Unlocking'
  return (
    <Stack gap="sm">
      <Text fw={600}>{label}</Text>
      <Progress value={Math.max(4, from + (to - from) * progress.share)} aria-label={label} size="sm" />
      <Text size="sm" c="dimmed" aria-live="polite">
        {words[progress.step]}
      </Text>
    </Stack>
  )
}
