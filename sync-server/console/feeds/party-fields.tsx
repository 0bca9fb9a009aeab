import { Group, TextInput } from '@mantine/core'

type Party = { readonly application: string; readonly facility: string }
type PartyFieldsProps = {
  readonly label: string
  readonly party: Party
  onChange(party: { application: string; facility: string }): void
}

/** A system, as HL7 names it: application and facility. */
export function PartyFields({ label, party, onChange }: PartyFieldsProps) {
  return (
    <Group grow>
      {(['application', 'facility'] as const).map((half) => (
        <TextInput
          key={half}
          label={`${label}: ${half}`}
          value={party[half]}
          onChange={(event) => onChange({ ...party, [half]: event.currentTarget.value })}
        />
      ))}
    </Group>
  )
}
