import type { Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { modulesWithPages } from '../record/pages.ts'
import type { FieldInputProps, FieldView } from './field-view.ts'
import { RecordLink } from './record-link.tsx'
import { RecordName } from './record-name.tsx'
import { RecordPicker } from './record-picker.tsx'
import type { Admits } from './found-records.ts'

type ReferenceOptions = { readonly admits?: Admits }

/** The id of another record. */
export function referenceField(module: ModuleName, { admits }: ReferenceOptions = {}): FieldView<Id | null> {
  function ReferenceInput({ label, value, required, errors, onChange }: FieldInputProps<Id | null>) {
    return (
      <RecordPicker
        module={module}
        label={label}
        value={value ?? null}
        required={required}
        error={errors.own}
        admits={admits}
        onChange={onChange}
      />
    )
  }

  function Referred({ value }: { readonly value: Id | null }) {
    if (value === null) return null
    return modulesWithPages.has(module) ? (
      <RecordLink module={module} id={value} />
    ) : (
      <RecordName module={module} id={value} />
    )
  }

  return {
    text: (value, lookup) => (value === null ? '' : lookup(module, value)),
    refersTo: module,
    filter: { by: 'codes' },
    Show: Referred,
    Input: ReferenceInput,
  }
}

const isActive: Admits = (view) => view['active'] !== false

export const personField = referenceField('people', { admits: isActive })
export const siteField = referenceField('locations', {
  admits: (view) => view['type'] === 'site' && isActive(view),
})
export const territoryField = referenceField('territories', { admits: isActive })
export const roomField = referenceField('locations', { admits: isActive })
