import { TextInput } from '@mantine/core'
import type { Professional } from '#app/values/index.ts'
import type { FieldInputProps, FieldView, Lookup } from './field-view.ts'
import { withPart } from './part-inputs.tsx'
import { RecordLink } from './record-link.tsx'
import { RecordPicker } from './record-picker.tsx'

const nobody: Professional = { identifiers: [] }

/** A contact, or a name where the person is none; identifiers that a message gave stay. */
function ProfessionalInput({
  label,
  value,
  required,
  errors,
  onChange,
}: FieldInputProps<Professional | null>) {
  const given = value ?? nobody

  function change(next: Professional): void {
    const says = next.contactId !== undefined || next.name !== undefined || next.identifiers.length > 0
    onChange(says ? next : null)
  }

  return (
    <>
      <RecordPicker
        module="contacts"
        label={label}
        value={given.contactId ?? null}
        required={required}
        error={errors.own ?? errors.at('contactId')}
        onChange={(id) => change(withPart(given, 'contactId', id ?? undefined))}
      />
      {given.contactId === undefined && (
        <TextInput
          mt={6}
          aria-label={`${label}, by name`}
          placeholder="Or a name"
          value={given.name ?? ''}
          error={errors.at('name')}
          onChange={(event) => change(withPart(given, 'name', event.currentTarget.value || undefined))}
        />
      )}
    </>
  )
}

function Show({ value }: { readonly value: Professional | null }) {
  if (value === null) return null
  if (value.contactId !== undefined)
    return <RecordLink module="contacts" id={value.contactId} name={value.name} />
  return professionalText(value, () => '')
}

export function professionalText(who: Professional, lookup: Lookup): string {
  const known = who.contactId === undefined ? '' : lookup('contacts', who.contactId)
  return known || (who.name ?? who.identifiers[0]?.value ?? '')
}

/** Who did or will do something. */
export const professionalField: FieldView<Professional | null> = {
  text: (value, lookup) => (value === null ? '' : professionalText(value, lookup)),
  refersTo: 'contacts',
  filter: { by: 'codes', member: 'contactId' },
  Show,
  Input: ProfessionalInput,
}
