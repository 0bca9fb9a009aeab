import { Badge, Button, Container, Group, Tabs, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ComponentType } from 'react'
import { mayCall } from '../console-api/protocol/console.ts'
import type { ConsoleCall } from '../console-api/protocol/console.ts'
import { call } from './call.ts'
import { Account, AccountButton } from './account/account.tsx'
import { AgreementsPage } from './agreements/agreements-page.tsx'
import { AlertBadge } from './alert-badge.tsx'
import { AuditPage } from './audit/audit-page.tsx'
import { FeedsPage } from './feeds/feeds-page.tsx'
import { GrantsPage } from './grants/grants-page.tsx'
import { MessagesPage } from './messages/messages-page.tsx'
import { AccountingPage } from './privacy/accounting-page.tsx'
import { ActivityPage } from './privacy/activity-page.tsx'
import { DossierPage } from './privacy/dossier-page.tsx'
import { EmergenciesPage } from './privacy/emergencies-page.tsx'
import { MarksPage } from './privacy/marks/marks-page.tsx'
import { RegionsPage } from './privacy/regions-page.tsx'
import { RetentionPage } from './privacy/retention-page.tsx'
import { RightsPage } from './privacy/rights-page.tsx'
import { OutgoingPage } from './outgoing/outgoing-page.tsx'
import { AccessAlerts } from './pages/access-alerts.tsx'
import { Devices } from './pages/devices.tsx'
import { Overview } from './pages/overview.tsx'
import { Users } from './pages/users.tsx'
import print from './print.module.css'
import { useRoute } from './route.ts'
import { SessionProvider } from './session.tsx'
import { SignIn } from './sign-in.tsx'
import type { Signed } from './sign-in.tsx'
import { WaitingPage } from './waiting/waiting-page.tsx'

const pages = [
  { key: 'overview', label: 'Overview', needs: 'overview', Page: Overview },
  { key: 'feeds', label: 'Feeds', needs: 'hl7-overview', Page: FeedsPage },
  { key: 'waiting', label: 'Waiting for you', needs: 'hl7-overview', Page: WaitingPage },
  { key: 'messages', label: 'Messages', needs: 'hl7-search', Page: MessagesPage },
  { key: 'outgoing', label: 'Going out', needs: 'outgoing', Page: OutgoingPage },
  { key: 'devices', label: 'Devices', needs: 'devices', Page: Devices },
  { key: 'users', label: 'Users', needs: 'users', Page: Users },
  { key: 'alerts', label: 'Alerts', needs: 'access-alerts', Page: AccessAlerts },
  { key: 'grants', label: 'Grants', needs: 'grants', Page: GrantsPage },
  { key: 'agreements', label: 'Agreements', needs: 'agreements', Page: AgreementsPage },
  { key: 'emergencies', label: 'Emergencies', needs: 'emergencies-waiting', Page: EmergenciesPage },
  { key: 'audit', label: 'Audit', needs: 'audit', Page: AuditPage },
  { key: 'activity', label: 'Activity', needs: 'activity', Page: ActivityPage },
  { key: 'dossier', label: 'Lost laptops', needs: 'dossier-devices', Page: DossierPage },
  { key: 'rights', label: 'Patients’ requests', needs: 'export-record', Page: RightsPage },
  { key: 'marks', label: 'Sensitive records', needs: 'releases', Page: MarksPage },
  { key: 'retention', label: 'Retention', needs: 'retention-papers', Page: RetentionPage },
  { key: 'regions', label: 'Regions', needs: 'site-regions', Page: RegionsPage },
  { key: 'accounting', label: 'Disclosures', needs: 'accounting', Page: AccountingPage },
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
  const [purpose, setPurpose] = useState<string | null>(null)
  const queries = useQueryClient()
  if (signed === null) return <SignIn onSigned={setSigned} />
  const end = () => {
    queries.clear()
    setPurpose(null)
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
    <SessionProvider value={{ ...signed, purpose, setPurpose, end }}>
      <Container size={1520} py="md">
        <Group justify="space-between" mb="md" className={print['onScreenOnly'] ?? ''}>
          <Group gap="xs">
            <Title order={3}>Rounds</Title>
            <Badge variant="light">console</Badge>
          </Group>
          <Group gap="sm">
            {purpose !== null && (
              <Badge variant="light" color="grape" tt="none">
                looking for: {purpose}
              </Badge>
            )}
            {mayCall(signed.roles, 'access-alerts') && <AlertBadge />}
            <Text size="sm" c="dimmed">
              {signed.name}
            </Text>
            {signed.roles.length > 0 && <AccountButton />}
            <Button variant="default" size="xs" onClick={() => void signOut()}>
              Sign out
            </Button>
          </Group>
        </Group>
        {signed.roles.length > 0 ? <Pages signed={signed} /> : <OnlyAccount />}
      </Container>
    </SessionProvider>
  )
}

/** For whom the console holds nothing else. */
function OnlyAccount() {
  return (
    <Container size={720} px={0}>
      <Text size="sm" c="dimmed" mb="md">
        How you come in, and the computers that are set up for you. Your patients and accounts are in Rounds
        itself, on those computers.
      </Text>
      <Account />
    </Container>
  )
}

function Pages({ signed: { roles } }: { readonly signed: Signed }) {
  const { route, go } = useRoute()
  const shown = pages.filter(({ needs }) => mayCall(roles, needs))
  const here = shown.find(({ key }) => key === route[0]) ?? shown[0]
  if (here === undefined) return null
  return (
    <Tabs value={here.key} onChange={(key) => key !== null && go(key)} keepMounted={false}>
      <Tabs.List mb="md" className={print['onScreenOnly'] ?? ''}>
        {shown.map(({ key, label }) => (
          <Tabs.Tab key={key} value={key}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={here.key}>
        <here.Page />
      </Tabs.Panel>
    </Tabs>
  )
}
