import { Badge, Button, Container, Group, Tabs, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ComponentType } from 'react'
import { mayCall } from '../console-api/console-protocol.ts'
import type { ConsoleCall } from '../console-api/console-protocol.ts'
import { call } from './call.ts'
import { Devices } from './pages/devices.tsx'
import { Feeds } from './pages/feeds.tsx'
import { Overview } from './pages/overview.tsx'
import { Users } from './pages/users.tsx'
import { SessionProvider } from './session.tsx'
import { SignIn } from './sign-in.tsx'
import type { Signed } from './sign-in.tsx'

const pages = [
  { key: 'overview', label: 'Overview', needs: 'overview', Page: Overview },
  { key: 'devices', label: 'Devices', needs: 'devices', Page: Devices },
  { key: 'users', label: 'Users', needs: 'users', Page: Users },
  { key: 'feeds', label: 'Feeds', needs: 'feeds', Page: Feeds },
] as const satisfies readonly ConsolePage[]

/** `needs`: a call that the page makes; who may not make it does not see the page. */
type ConsolePage = {
  readonly key: string
  readonly label: string
  readonly needs: ConsoleCall
  readonly Page: ComponentType
}

/** The whole console: signed out, or signed in with its pages. The token lives in memory and goes with the page. */
export function Console() {
  const [signed, setSigned] = useState<Signed | null>(null)
  const queries = useQueryClient()
  if (signed === null) return <SignIn onSigned={setSigned} />
  const shown = pages.filter(({ needs }) => mayCall(signed.roles, needs))
  const end = () => {
    queries.clear()
    setSigned(null)
  }
  const signOut = async () => {
    try {
      await call('sign-out', {}, signed.token)
    } finally {
      end()
    }
  }
  return (
    <SessionProvider value={{ ...signed, end }}>
      <Container size="lg" py="md">
        <Group justify="space-between" mb="md">
          <Group gap="xs">
            <Title order={3}>Rounds</Title>
            <Badge variant="light">console</Badge>
          </Group>
          <Group gap="sm">
            <Text size="sm" c="dimmed">
              {signed.name}
            </Text>
            <Button variant="default" size="xs" onClick={() => void signOut()}>
              Sign out
            </Button>
          </Group>
        </Group>
        <Tabs defaultValue={shown[0]?.key ?? null} keepMounted={false}>
          <Tabs.List mb="md">
            {shown.map(({ key, label }) => (
              <Tabs.Tab key={key} value={key}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {shown.map(({ key, Page }) => (
            <Tabs.Panel key={key} value={key}>
              <Page />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Container>
    </SessionProvider>
  )
}
