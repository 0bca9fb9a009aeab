import { Alert, Anchor, Badge, Button, Grid, Group, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { idSchema } from '#app/kernel/index.ts'
import type { FeedPage, Issue } from '../../console-api/protocol/hl7.ts'
import { Fault } from '../fault.tsx'
import { PurposeGate } from '../purpose-gate.tsx'
import { addressOf } from '../route.ts'
import { useConsole, useConsoleChange, useMayCall } from '../session.tsx'
import { draftOf, problemsOf, settingsOf } from './draft.ts'
import type { Draft } from './draft.ts'
import { FeedForm } from './feed-form.tsx'
import { FormerVersions } from './former-versions.tsx'
import { TryMessage } from './try-message.tsx'

export function FeedSettingsPage({ id }: { readonly id: string }) {
  const { data: feedId } = idSchema.safeParse(id)
  return feedId === undefined ? <Text>There is no such feed.</Text> : <OneFeed id={feedId} />
}

function OneFeed({ id }: { readonly id: FeedPage['id'] }) {
  const { data, error } = useConsole('hl7-feed', { id })
  if (data === undefined) return <Fault fault={error} />
  return (
    <>
      <Fault fault={error} />
      <FeedEditor page={data} />
    </>
  )
}

/** Edits a version; a newer one of somebody else does not take the draft away, it is told. */
function FeedEditor({ page }: { readonly page: FeedPage }) {
  const [begun, setBegun] = useState(page)
  const [draft, setDraft] = useState<Draft>(() => draftOf(page))
  const save = useConsoleChange('hl7-save-feed')
  const mayTry = useMayCall('hl7-try')
  const problems = problemsOf(draft)
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(begun))
  const startFrom = (from: FeedPage) => {
    setBegun(from)
    setDraft(draftOf(from))
    save.reset()
  }
  // What was saved is the version to go on from, once it has been read back.
  if (save.data?.saved === true && page.version === save.data.version && begun.version !== page.version) {
    startFrom(page)
  } else if (!isChanged && begun.version !== page.version) {
    startFrom(page)
  }
  const settings = settingsOf(draft)
  const request = { id: page.id, version: begun.version, name: draft.name, enabled: draft.enabled, settings }
  return (
    <Stack>
      <Group justify="space-between">
        <Group gap="sm">
          <Anchor href={addressOf('feeds')}>Feeds</Anchor>
          <Title order={4}>{page.name}</Title>
          <Badge variant="light" tt="none">
            version {page.version}
          </Badge>
        </Group>
        <Group gap="sm">
          {isChanged && page.version !== begun.version && (
            <Text size="sm" c="orange" role="alert">
              Somebody saved version {page.version} meanwhile.
            </Text>
          )}
          <Button variant="default" disabled={!isChanged} onClick={() => startFrom(page)}>
            Drop my changes
          </Button>
          <Button
            loading={save.isPending}
            disabled={!isChanged || problems.size > 0}
            onClick={() => save.mutate(request)}
          >
            Save
          </Button>
        </Group>
      </Group>
      <Fault fault={save.error} />
      {save.data?.saved === false && <Refusal issues={save.data.issues} />}
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <FeedForm
            page={page}
            draft={draft}
            problems={problems}
            onChange={(change) => {
              setDraft({ ...draft, ...change })
              // What was refused is not what stands there any more.
              if (save.data?.saved === false) save.reset()
            }}
          />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack>
            {mayTry && (
              <PurposeGate>
                <TryMessage feedId={page.id} settings={settings} isDraft={isChanged} />
              </PurposeGate>
            )}
            <FormerVersions page={page} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  )
}

/** Why the server did not save, by the setting: what it alone knows is no problem of the draft. */
function Refusal({ issues }: { readonly issues: readonly Issue[] }) {
  return (
    <Alert color="red" title="These settings were not saved." role="alert">
      {issues.map(({ path, says }) => (
        <Text key={`${path} ${says}`} size="sm">
          {path}: {says}
        </Text>
      ))}
    </Alert>
  )
}
