import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import type { Id } from '#app/kernel/index.ts'
import type { ConsoleDossier } from '../../console-api/protocol/privacy/dossier-calls.ts'
import { Fault } from '../fault.tsx'
import { Panel } from '../panel.tsx'
import print from '../print.module.css'
import { useConsoleShown } from '../session.tsx'
import { DossierEvidence } from './dossier-evidence.tsx'
import { DossierForm } from './dossier-form.tsx'
import { DossierPatients } from './dossier-patients.tsx'

/** What is known of one device, and what the officer makes of it; prints as it stands. */
export function OpenDossier({ deviceId }: { readonly deviceId: Id }) {
  const { data, error } = useConsoleShown('dossier', { deviceId })
  if (error !== null) return <Fault fault={error} />
  if (data === undefined) return <Text>Reading the audit…</Text>
  return (
    <Stack component="article" aria-label="Dossier">
      <Group justify="space-between">
        <Title order={4}>
          {data.device}, of {data.user}
        </Title>
        <Button
          variant="default"
          className={print['onScreenOnly'] ?? ''}
          leftSection={<IconPrinter size={16} aria-hidden />}
          onClick={() => window.print()}
        >
          Print
        </Button>
      </Group>
      {data.signed !== null && (
        <Alert color="green" title="Signed">
          By {data.signed.by} at {data.signed.at}; {data.signed.persons} persons. It does not change any more.
        </Alert>
      )}
      <Extent dossier={data} />
      <Panel title="Could its keys have been used?">
        <DossierEvidence evidence={data.evidence} suggestion={data.suggestion} />
      </Panel>
      <DossierForm key={data.signed?.at ?? 'open'} dossier={data} />
      <Panel title="Whose information it held at its last contact">
        <DossierPatients dossier={data} />
      </Panel>
    </Stack>
  )
}

/** How many, and by when whom must be told. */
function Extent({ dossier: { persons, deadlines, byState } }: { readonly dossier: ConsoleDossier }) {
  const { individuals, secretary, media, isLarge } = deadlines
  const states = Object.entries(byState).map(([state, count]) => `${state} ${count}`)
  return (
    <Alert color={isLarge ? 'red' : 'yellow'} title={`${persons} persons concerned`} role="status">
      <Text size="sm">By home address: {states.join(', ') || '–'}.</Text>
      <Text size="sm">
        If it was a breach: letters by {individuals} at the latest, and without unreasonable delay; the
        Secretary of HHS by {secretary}
        {isLarge ? ', since it is 500 or more' : ', with the others of the year'}.
      </Text>
      {media.length > 0 && (
        <Text size="sm" fw={600}>
          More than 500 residents: the media of {media.join(', ')} are to be told within the same days.
        </Text>
      )}
    </Alert>
  )
}
