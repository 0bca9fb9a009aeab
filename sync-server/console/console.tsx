import { Badge, Button, Container, Group, Tabs, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { call } from './call.ts'
import { Devices } from './pages/devices.tsx'
import { Feeds } from './pages/feeds.tsx'
import { Overview } from './pages/overview.tsx'
import { Users } from './pages/users.tsx'
import { SessionProvider } from './session.tsx'
import { SignIn } from './sign-in.tsx'

const pages = [
  { key: 'overview', label: 'Overview', Page: Overview },
  { key: 'devices', label: 'Devices', Page: Devices },
  { key: 'users', label: 'Users', Page: Users },
  { key: 'feeds', label: 'Feeds', Page: Feeds },
] as const

/** The whole console: signed out, or signed in with its pages. The token lives in memory and goes with the page. */
export function Console() {
  const [signed, setSigned] = useState<{ readonly token: string; readonly name: string } | null>(null)
  const queries = useQueryClient()
  if (signed === null) return <SignIn onSigned={setSigned} />
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
        <Tabs defaultValue="overview" keepMounted={false}>
          <Tabs.List mb="md">
            {pages.map(({ key, label }) => (
              <Tabs.Tab key={key} value={key}>
                {label}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {pages.map(({ key, Page }) => (
            <Tabs.Panel key={key} value={key}>
              <Page />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Container>
    </SessionProvider>
  )
}
