import { newId } from '#app/kernel/index.ts'
import type { Affiliation } from '#app/modules/contacts/index.ts'
import type { FieldInputProps, FieldView } from '#renderer/ui/fields/field-view.ts'
import classes from '#renderer/ui/fields/fields.module.css'
import { ItemList } from '#renderer/ui/fields/item-list.tsx'
import { CheckPart, TextPart, withPart } from '#renderer/ui/fields/part-inputs.tsx'
import { RecordLink } from '#renderer/ui/fields/record-link.tsx'
import { RecordPicker } from '#renderer/ui/fields/record-picker.tsx'

function blank(): Affiliation {
  return { key: newId(), accountId: '', role: '', primary: false }
}

function AffiliationsInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly Affiliation[]>) {
  return (
    <ItemList
      label={label}
      one="affiliation"
      items={value}
      required={required}
      errors={errors}
      keyOf={(affiliation) => affiliation.key}
      blank={blank}
      onChange={onChange}
    >
      {(affiliation, change, errorAt) => (
        <>
          <RecordPicker
            module="accounts"
            label="Account"
            value={affiliation.accountId === '' ? null : affiliation.accountId}
            required
            error={errorAt('accountId') === undefined ? undefined : 'Choose an account.'}
            onChange={(id) => change({ ...affiliation, accountId: id ?? '' })}
          />
          <TextPart
            label="Role"
            value={affiliation.role}
            error={errorAt('role')}
            onChange={(role) => change({ ...affiliation, role: role ?? '' })}
          />
          <TextPart
            label="Department"
            value={affiliation.department}
            error={errorAt('department')}
            onChange={(department) => change(withPart(affiliation, 'department', department))}
          />
          <CheckPart
            label="Main one"
            value={affiliation.primary}
            onChange={(primary) => change({ ...affiliation, primary })}
          />
        </>
      )}
    </ItemList>
  )
}

function Affiliations({ value }: { readonly value: readonly Affiliation[] }) {
  return (
    <div className={classes['stack']}>
      {value.map((affiliation) => (
        <div key={affiliation.key}>
          <RecordLink module="accounts" id={affiliation.accountId} />{' '}
          <span className={classes['soft']}>
            {[affiliation.role, affiliation.department].filter(Boolean).join(', ')}
          </span>
        </div>
      ))}
    </div>
  )
}

/** Where a contact works; lists show the main one. */
export const affiliationsField: FieldView<readonly Affiliation[]> = {
  text: (value, lookup) => {
    const main = value.find(({ primary }) => primary) ?? value[0]
    return main === undefined ? '' : lookup('accounts', main.accountId)
  },
  refersTo: 'accounts',
  Show: Affiliations,
  Input: AffiliationsInput,
  wide: true,
}
