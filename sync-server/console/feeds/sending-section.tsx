import {
  Fieldset,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  TextInput,
} from '@mantine/core'
import { says, sensitivities } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { agreementName } from '../agreements/agreement-words.ts'
import type { Draft, SettingsProps } from './draft.ts'
import { newDestination } from './draft.ts'
import { useConsole, useMayCall } from '../session.tsx'
import { PartyFields } from './party-fields.tsx'
import { Section } from './section.tsx'

type Destination = NonNullable<Draft['send']>

const eventNames: Readonly<Record<Destination['events'][number], string>> = {
  A28: 'A28, a new person',
  A31: 'A31, a changed person',
  A04: 'A04, an arrival',
  S02: 'S02, a request to move an appointment',
  S03: 'S03, a request to change one',
  S04: 'S04, a request to cancel one',
}
const events = Object.entries(eventNames).map(([value, label]) => ({ value, label }))
const sensitiveMatters = sensitivities.map((value) => ({ value, label: labelOf(value) }))
const processing = [
  { value: 'P', label: 'P, production' },
  { value: 'T', label: 'T, training' },
  { value: 'D', label: 'D, debugging' },
] as const
const isEvent = (value: string): value is Destination['events'][number] => Object.hasOwn(eventNames, value)

/** Who is told of what people enter about patients of the feed's sites. */
export function SendingSection({ draft, problems, onChange }: SettingsProps) {
  const mayRedirect = useMayCall('hl7-open')
  const { send } = draft
  return (
    <Section title="Sending: what people enter about patients of these sites" problem={problems.get('send')}>
      <Stack>
        <Switch
          label="is sent to another system"
          description={mayRedirect ? null : 'for interface analysts to change'}
          disabled={!mayRedirect}
          checked={send !== null}
          onChange={(event) => onChange({ send: event.currentTarget.checked ? newDestination : null })}
        />
        {send !== null && (
          <Fieldset disabled={!mayRedirect} variant="unstyled">
            <DestinationFields
              send={send}
              onChange={(change) => onChange({ send: { ...send, ...change } })}
            />
          </Fieldset>
        )}
      </Stack>
    </Section>
  )
}

type FieldsProps = { readonly send: Destination; onChange(change: Partial<Destination>): void }

function DestinationFields({ send, onChange }: FieldsProps) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      <AgreementSelect agreementId={send.agreementId} onChange={(agreementId) => onChange({ agreementId })} />
      <TextInput
        label="Host"
        value={send.host}
        onChange={(event) => onChange({ host: event.currentTarget.value.trim() })}
      />
      <NumberInput
        label="Port"
        min={1}
        max={65_535}
        allowDecimal={false}
        value={send.port}
        onChange={(value) => onChange({ port: Number(value) })}
      />
      <PartyFields label="It is (MSH-5, MSH-6)" party={send.to} onChange={(to) => onChange({ to })} />
      <PartyFields label="We are (MSH-3, MSH-4)" party={send.from} onChange={(from) => onChange({ from })} />
      <MultiSelect
        label="Messages"
        data={events}
        value={send.events}
        onChange={(values) => onChange({ events: values.filter(isEvent) })}
      />
      <MultiSelect
        label="Sensitive, and still told"
        description="of who is sensitive in another way nothing is sent"
        placeholder={send.sensitivities.length === 0 ? 'nothing' : ''}
        data={sensitiveMatters}
        value={send.sensitivities}
        onChange={(values) =>
          onChange({ sensitivities: sensitivities.filter((one) => values.includes(one)) })
        }
      />
      <Select
        label="Processing (MSH-11)"
        data={processing}
        allowDeselect={false}
        value={send.processingId}
        onChange={(value) => onChange({ processingId: value ?? 'P' })}
      />
      <NumberInput
        label="An answer may take"
        suffix=" s"
        min={1}
        max={300}
        allowDecimal={false}
        value={send.answerSeconds}
        onChange={(value) => onChange({ answerSeconds: Number(value) })}
      />
      <Switch
        label="by TLS"
        description="without it only to this machine, unless the server allows plain lines"
        checked={send.tls}
        onChange={(event) => onChange({ tls: event.currentTarget.checked })}
      />
    </SimpleGrid>
  )
}

type AgreementSelectProps = {
  readonly agreementId: Destination['agreementId']
  onChange(agreementId: Destination['agreementId']): void
}

/** Those in force, and the one that was named, though it be over. */
function AgreementSelect({ agreementId, onChange }: AgreementSelectProps) {
  const { data } = useConsole('agreements', {})
  const offered = (data?.agreements ?? []).filter(({ id, state }) => state === 'holds' || id === agreementId)
  const named = offered.find(({ id }) => id === agreementId)
  const isOver = data !== undefined && named?.state !== 'holds'
  return (
    <Select
      label="Agreement"
      description="with who runs it; without one in force nothing is sent"
      error={isOver ? says('hl7.destination-agreement') : null}
      data={offered.map((one) => ({ value: one.id, label: agreementName(one) }))}
      value={agreementId}
      clearable
      onChange={onChange}
    />
  )
}
