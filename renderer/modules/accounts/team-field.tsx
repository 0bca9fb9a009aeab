import { newId } from '#app/kernel/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { teamMemberSchema } from '#app/modules/accounts/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { optionsOf } from '#renderer/ui/fields/choice-field.tsx'
import { ColleaguePart } from '#renderer/ui/fields/colleague-part.tsx'
import type { FieldInputProps, FieldView } from '#renderer/ui/fields/field-view.ts'
import classes from '#renderer/ui/fields/fields.module.css'
import { ItemList } from '#renderer/ui/fields/item-list.tsx'
import { ChoicePart } from '#renderer/ui/fields/part-inputs.tsx'
import { RecordName } from '#renderer/ui/fields/record-name.tsx'

type Team = DataOfModule<'accounts'>['team']
type Member = Team[number]

const memberRoles = optionsOf(teamMemberSchema.shape.role.options)

function TeamInput({ label, value = [], required, errors, onChange }: FieldInputProps<readonly Member[]>) {
  return (
    <ItemList
      label={label}
      one="colleague"
      items={value}
      required={required}
      errors={errors}
      keyOf={(member) => member.key}
      blank={(): Member => ({ key: newId(), userId: '', role: 'account-manager' })}
      onChange={onChange}
    >
      {(member, change, errorAt) => (
        <>
          <ColleaguePart
            value={member.userId}
            error={errorAt('userId')}
            onChange={(userId) => change({ ...member, userId })}
          />
          <ChoicePart
            label="Role"
            value={member.role}
            options={memberRoles}
            error={errorAt('role')}
            onChange={(role) => change({ ...member, role })}
          />
        </>
      )}
    </ItemList>
  )
}

function ShownTeam({ value }: { readonly value: readonly Member[] }) {
  return (
    <div className={classes['stack']}>
      {value.map((member) => (
        <div key={member.key}>
          <RecordName module="people" id={member.userId} />{' '}
          <span className={classes['soft']}>{labelOf(member.role)}</span>
        </div>
      ))}
    </div>
  )
}

/** Who else works with the account. */
export const teamField: FieldView<readonly Member[]> = {
  text: (value, lookup) =>
    value
      .map((member) => lookup('people', member.userId))
      .filter(Boolean)
      .join(', '),
  refersTo: 'people',
  Show: ShownTeam,
  Input: TeamInput,
  wide: true,
}
