import { Button, Group, Radio, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import {
  dossierCalls,
  dossierDecisions,
  noticeElements,
  riskFactors,
} from '../../console-api/protocol/privacy/dossier-calls.ts'
import type { ConsoleDossier } from '../../console-api/protocol/privacy/dossier-calls.ts'
import { Fault } from '../fault.tsx'
import { Panel } from '../panel.tsx'
import print from '../print.module.css'
import { useConsoleChange } from '../session.tsx'
import { decisionWords, factorWords, noticeWords } from './dossier-words.ts'

type Form = ConsoleDossier['form']

/** The four factors, the letter, the decision. Signed, it is only shown. */
export function DossierForm({ dossier }: { readonly dossier: ConsoleDossier }) {
  const [form, setForm] = useState<Form>(dossier.form)
  const isSigned = dossier.signed !== null
  return (
    <Stack component="section" aria-label="Assessment">
      <Panel title="When">
        <Group>
          <TextInput
            type="date"
            label="Discovered on"
            readOnly={isSigned}
            value={form.discoveredOn}
            onChange={(event) => setForm({ ...form, discoveredOn: event.currentTarget.value })}
          />
          <TextInput
            type="date"
            label="Lost on, where it is known"
            readOnly={isSigned}
            value={form.lostOn ?? ''}
            onChange={(event) => setForm({ ...form, lostOn: event.currentTarget.value || null })}
          />
        </Group>
      </Panel>
      <Panel title="The four factors (45 CFR 164.402)">
        <Words
          names={riskFactors}
          labels={factorWords}
          values={form.factors}
          readOnly={isSigned}
          onChange={(factors) => setForm({ ...form, factors })}
        />
      </Panel>
      <Panel title="The letter to those concerned (45 CFR 164.404(c))">
        <Words
          names={noticeElements}
          labels={noticeWords}
          values={form.notice}
          readOnly={isSigned}
          onChange={(notice) => setForm({ ...form, notice })}
        />
      </Panel>
      <Panel title="Decision">
        <Radio.Group
          aria-label="Decision"
          value={form.decision}
          readOnly={isSigned}
          onChange={(decision) => setForm({ ...form, decision })}
        >
          <Stack gap="xs">
            {dossierDecisions.map((one) => (
              <Radio key={one} value={one} label={decisionWords[one]} disabled={isSigned} />
            ))}
          </Stack>
        </Radio.Group>
        {!isSigned && <Signing dossier={dossier} form={form} />}
      </Panel>
    </Stack>
  )
}

type WordsProps<Name extends string> = {
  readonly names: readonly Name[]
  readonly labels: Readonly<Record<Name, string>>
  readonly values: Record<Name, string>
  readonly readOnly: boolean
  readonly onChange: (values: Record<Name, string>) => void
}

function Words<Name extends string>({ names, labels, values, readOnly, onChange }: WordsProps<Name>) {
  return (
    <Stack gap="sm">
      {names.map((name) => (
        <Textarea
          key={name}
          label={labels[name]}
          autosize
          minRows={2}
          maxLength={4000}
          readOnly={readOnly}
          value={values[name]}
          onChange={(event) => onChange({ ...values, [name]: event.currentTarget.value })}
        />
      ))}
    </Stack>
  )
}

function Signing({ dossier: { deviceId }, form }: { readonly dossier: ConsoleDossier; readonly form: Form }) {
  const save = useConsoleChange('save-dossier')
  const sign = useConsoleChange('sign-dossier')
  const saved = dossierCalls['save-dossier'].request.safeParse({ deviceId, form })
  const signed = dossierCalls['sign-dossier'].request.safeParse({ deviceId, form })
  return (
    <Stack mt="md" className={print['onScreenOnly'] ?? ''}>
      <Fault fault={save.error ?? sign.error} />
      {save.isSuccess && <Text size="sm">Kept.</Text>}
      <Group justify="flex-end">
        <Button
          variant="default"
          disabled={!saved.success}
          loading={save.isPending}
          onClick={() => saved.success && save.mutate(saved.data)}
        >
          Keep without signing
        </Button>
        <Button
          disabled={!signed.success}
          loading={sign.isPending}
          onClick={() => signed.success && sign.mutate(signed.data)}
        >
          Sign the dossier
        </Button>
      </Group>
    </Stack>
  )
}
