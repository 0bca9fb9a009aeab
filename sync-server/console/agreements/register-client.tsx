import {
  Button,
  Checkbox,
  Group,
  JsonInput,
  Modal,
  MultiSelect,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  TextInput,
} from '@mantine/core'
import { useState } from 'react'
import { sensitivities, sensitivityScope } from '#app/kernel/index.ts'
import { consentPurposes } from '#app/modules/consents/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { clientRoleSchema } from '../../console-api/protocol/integrations.ts'
import type { ConsoleAgreement } from '../../console-api/protocol/integrations.ts'
import { Fault } from '../fault.tsx'
import { scopeWords } from '../grants/scope-words.ts'
import { useConsole, useConsoleChange } from '../session.tsx'
import { agreementName } from './agreement-words.ts'
import { clientRequestOf, newClient, problemWith } from './client-draft.ts'
import type { ClientDraft } from './client-draft.ts'

const named = (value: string) => ({ value, label: labelOf(value) })
const usualScopes = ['system/*.rs', 'system/*.crus', 'system/Patient.rs']

type RegisterClientProps = { readonly agreements: readonly ConsoleAgreement[] }

/** Lets a machine in: on which agreement, for what, what of, and by which keys it proves itself. */
export function RegisterClient({ agreements }: RegisterClientProps) {
  const add = useConsoleChange('add-fhir-client')
  const [opened, setOpened] = useState(false)
  const [draft, setDraft] = useState(newClient)
  const set = (change: Partial<ClientDraft>) => setDraft((held) => ({ ...held, ...change }))
  const request = clientRequestOf(draft)
  const holding = agreements.filter(({ state }) => state === 'holds')
  const close = () => {
    add.reset()
    setDraft(newClient)
    setOpened(false)
  }
  return (
    <>
      <Button
        size="xs"
        disabled={holding.length === 0}
        title={holding.length === 0 ? 'An agreement in force comes first' : ''}
        onClick={() => setOpened(true)}
      >
        Register a client
      </Button>
      <Modal opened={opened} onClose={close} title="Register a FHIR client" centered size="lg">
        <Stack gap="sm">
          <Fault fault={add.error} />
          <TextInput
            label="Name of the machine"
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <Group grow>
            <Select
              label="Agreement"
              data={holding.map((one) => ({ value: one.id, label: agreementName(one) }))}
              value={draft.agreementId}
              onChange={(agreementId) => set({ agreementId })}
            />
            <Select
              label="For what it may use it"
              data={consentPurposes.map(named)}
              value={draft.purpose}
              onChange={(purpose) => set({ purpose })}
            />
          </Group>
          <WhatItSees draft={draft} onChange={set} />
          <Keys draft={draft} onChange={set} />
          <Group justify="flex-end">
            <Button
              disabled={!request.success}
              loading={add.isPending}
              onClick={() => request.success && add.mutate(request.data, { onSuccess: close })}
            >
              Register
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}

type PartProps = { readonly draft: ClientDraft; onChange(change: Partial<ClientDraft>): void }

function WhatItSees({ draft, onChange }: PartProps) {
  const { data: choices } = useConsole('grant-choices', {})
  const places = (choices?.places ?? []).map(({ scope }) => scope)
  const reaches = ['org', ...places, ...sensitivities.map(sensitivityScope)]
  return (
    <>
      <TagsInput
        label="What it may ask (SMART scopes)"
        description="system/TYPE.crus: create, read, update, search"
        data={usualScopes}
        splitChars={[' ', ',']}
        value={[...draft.smartScopes]}
        error={problemWith(draft, 'smartScopes')}
        onChange={(scopes) => onChange({ smartScopes: scopes.map((scope) => scope.trim()) })}
      />
      <Group grow align="start">
        <Select
          label="Sees as much as"
          data={clientRoleSchema.options.map(named)}
          allowDeselect={false}
          value={draft.role}
          onChange={(role) => onChange({ role })}
        />
        <MultiSelect
          label="Where"
          data={reaches.map((scope) => ({ value: scope, label: scopeWords(scope, choices) }))}
          value={[...draft.scopes]}
          searchable
          onChange={(chosen) => onChange({ scopes: chosen })}
        />
      </Group>
      <Checkbox
        label="Also what patients restricted"
        description="only where a law or the patient asks for it"
        checked={draft.seesRestricted}
        onChange={(event) => onChange({ seesRestricted: event.currentTarget.checked })}
      />
    </>
  )
}

const ways = [
  { value: 'address', label: 'Keys by their address' },
  { value: 'set', label: 'Keys given here' },
] as const

function Keys({ draft, onChange }: PartProps) {
  const problem = problemWith(draft, 'keys')
  return (
    <>
      <SegmentedControl
        aria-label="How it proves itself"
        data={[...ways]}
        value={draft.keysBy}
        onChange={(keysBy) => onChange({ keysBy })}
      />
      {draft.keysBy === 'address' ? (
        <TextInput
          label="Address of its keys (JWKS)"
          value={draft.jwksUrl}
          error={problem}
          onChange={(event) => onChange({ jwksUrl: event.currentTarget.value.trim() })}
        />
      ) : (
        <JsonInput
          label="Its public keys (JWK set)"
          autosize
          minRows={4}
          value={draft.jwks}
          error={problem}
          onChange={(jwks) => onChange({ jwks })}
        />
      )}
    </>
  )
}
