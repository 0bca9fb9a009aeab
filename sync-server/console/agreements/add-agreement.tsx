import { Button, FileInput, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useState } from 'react'
import { integrationCalls } from '../../console-api/protocol/integrations.ts'
import { Fault } from '../fault.tsx'
import { useConsoleChange } from '../session.tsx'
import { agreementKinds } from './agreement-words.ts'
import { hashOf } from './signed-paper.ts'

const kinds = Object.entries(agreementKinds).map(([value, label]) => ({ value, label }))

type Draft = {
  readonly kind: string | null
  readonly ours: string
  readonly theirs: string
  readonly title: string
  readonly sha256: string | null
  readonly from: string
  readonly until: string
}

const today = () => new Date().toISOString().slice(0, 10)
const blank = (): Draft => ({
  kind: 'baa',
  ours: '',
  theirs: '',
  title: '',
  sha256: null,
  from: today(),
  until: '',
})

function requestOf({ kind, ours, theirs, title, sha256, from, until }: Draft) {
  return integrationCalls['add-agreement'].request.safeParse({
    kind,
    parties: { ours, theirs },
    document: { title, ...(sha256 === null ? {} : { sha256 }) },
    from,
    until: until === '' ? null : until,
  })
}

/** An agreement that was signed on paper, or elsewhere: whose, since when, and where it is found. */
export function AddAgreement() {
  const add = useConsoleChange('add-agreement')
  const [opened, setOpened] = useState(false)
  const [draft, setDraft] = useState(blank)
  const set = (change: Partial<Draft>) => setDraft((held) => ({ ...held, ...change }))
  const request = requestOf(draft)
  const close = () => {
    add.reset()
    setDraft(blank())
    setOpened(false)
  }
  return (
    <>
      <Button size="xs" onClick={() => setOpened(true)}>
        Add an agreement
      </Button>
      <Modal opened={opened} onClose={close} title="Add an agreement" centered size="lg">
        <Stack gap="sm">
          <Fault fault={add.error} />
          <Select
            label="Kind"
            data={kinds}
            allowDeselect={false}
            value={draft.kind}
            onChange={(kind) => set({ kind })}
          />
          <Group grow>
            <TextInput
              label="Our organisation"
              value={draft.ours}
              onChange={(event) => set({ ours: event.currentTarget.value })}
            />
            <TextInput
              label="The other organisation"
              value={draft.theirs}
              onChange={(event) => set({ theirs: event.currentTarget.value })}
            />
          </Group>
          <TextInput
            label="Where the signed paper is found"
            description="a title or a file number"
            value={draft.title}
            onChange={(event) => set({ title: event.currentTarget.value })}
          />
          <FileInput
            label="The signed file, if there is one"
            description="it stays on this computer: its hash is kept, which tells later that it is the same"
            clearable
            onChange={(file) =>
              file === null ? set({ sha256: null }) : void hashOf(file).then((sha256) => set({ sha256 }))
            }
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
          <Group justify="flex-end">
            <Button
              disabled={!request.success}
              loading={add.isPending}
              onClick={() => request.success && add.mutate(request.data, { onSuccess: close })}
            >
              Add
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
