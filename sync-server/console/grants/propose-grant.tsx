import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { sensitivities, sensitivityScope } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { grantableRoles, grantCalls } from '../../console-api/protocol/grants.ts'
import { Fault } from '../fault.tsx'
import { useConsoleChange } from '../session.tsx'
import { scopeWords } from './scope-words.ts'
import type { Choices } from './scope-words.ts'

type Draft = {
  readonly userId: string | null
  readonly role: string | null
  readonly scope: string | null
  readonly from: string
  readonly until: string
  readonly reason: string
}

const today = () => new Date().toISOString().slice(0, 10)
const blank = (): Draft => ({ userId: null, role: null, scope: null, from: today(), until: '', reason: '' })

/** Days are whole days of the server's clock, UTC: the last one counts. */
function requestOf(draft: Draft) {
  const after = new Date(Date.parse(draft.until) + 86_400_000)
  return grantCalls['propose-grant'].request.safeParse({
    ...draft,
    from: `${draft.from}T00:00:00.000Z`,
    until: draft.until === '' || Number.isNaN(after.getTime()) ? null : after.toISOString(),
  })
}

type ProposeGrantProps = { readonly choices: Choices; readonly opened: boolean; readonly onClose: () => void }

export function ProposeGrant({ choices, opened, onClose }: ProposeGrantProps) {
  const propose = useConsoleChange('propose-grant')
  const [draft, setDraft] = useState(blank)
  const set = (change: Partial<Draft>) => setDraft((held) => ({ ...held, ...change }))
  const request = requestOf(draft)
  const scopes = ['org', ...choices.places.map(({ scope }) => scope), ...sensitivities.map(sensitivityScope)]
  const submit = () => {
    if (!request.success) return
    propose.mutate(request.data, {
      onSuccess: () => {
        setDraft(blank())
        onClose()
      },
    })
  }
  return (
    <Modal opened={opened} onClose={onClose} title="Propose a grant" centered size="lg">
      <Stack gap="sm">
        <Fault fault={propose.error} />
        <Group grow>
          <Select
            label="Who"
            data={choices.users.map(({ id, name }) => ({ value: id, label: name }))}
            value={draft.userId}
            onChange={(userId) => set({ userId })}
            searchable
          />
          <Select
            label="Role"
            data={grantableRoles.map((role) => ({ value: role, label: labelOf(role) }))}
            value={draft.role}
            onChange={(role) => set({ role })}
          />
        </Group>
        <Select
          label="Where"
          description="A sensitivity gives no place: it is needed beside one, in the same role."
          data={scopes.map((scope) => ({ value: scope, label: scopeWords(scope, choices) }))}
          value={draft.scope}
          onChange={(scope) => set({ scope })}
          searchable
        />
        <Group grow>
          <TextInput
            type="date"
            label="First day"
            value={draft.from}
            onChange={(event) => set({ from: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="Last day (none: until it is ended)"
            value={draft.until}
            onChange={(event) => set({ until: event.currentTarget.value })}
          />
        </Group>
        <Textarea
          label="Why"
          autosize
          minRows={2}
          maxLength={500}
          value={draft.reason}
          onChange={(event) => set({ reason: event.currentTarget.value })}
        />
        <Group justify="space-between">
          <Text size="sm" c="dimmed">
            It counts once somebody else has approved it.
          </Text>
          <Button onClick={submit} disabled={!request.success} loading={propose.isPending}>
            Propose
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
