import { newId } from '#app/kernel/index.ts'
import { territoryAssignmentSchema, workersOn } from '#app/modules/territories/index.ts'
import type { TerritoryAssignment } from '#app/modules/territories/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { dayAt } from '#app/values/index.ts'
import { optionsOf } from '#renderer/ui/fields/choice-field.tsx'
import { ColleaguePart } from '#renderer/ui/fields/colleague-part.tsx'
import type { FieldInputProps, FieldView } from '#renderer/ui/fields/field-view.ts'
import classes from '#renderer/ui/fields/fields.module.css'
import { ItemList } from '#renderer/ui/fields/item-list.tsx'
import { ChoicePart, withPart } from '#renderer/ui/fields/part-inputs.tsx'
import { PeriodPart, periodText } from '#renderer/ui/fields/period-field.tsx'
import { localZone } from '#renderer/ui/format/when.ts'
import { RecordName } from '#renderer/ui/fields/record-name.tsx'

const roles = optionsOf(territoryAssignmentSchema.shape.role.options)

function blank(): TerritoryAssignment {
  return { key: newId(), userId: '', role: 'manager' }
}

function AssignmentsInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly TerritoryAssignment[]>) {
  return (
    <ItemList
      label={label}
      one="colleague"
      items={value}
      required={required}
      errors={errors}
      keyOf={({ key }) => key}
      blank={blank}
      onChange={onChange}
    >
      {(assignment, change, errorAt) => (
        <>
          <ColleaguePart
            value={assignment.userId}
            error={errorAt('userId')}
            onChange={(userId) => change({ ...assignment, userId })}
          />
          <ChoicePart
            label="As"
            value={assignment.role}
            options={roles}
            error={errorAt('role')}
            onChange={(role) => change({ ...assignment, role })}
          />
          <PeriodPart
            label="Works it"
            value={assignment.period}
            errorAt={errorAt}
            onChange={(period) => change(withPart(assignment, 'period', period))}
          />
        </>
      )}
    </ItemList>
  )
}

function Assignments({ value }: { readonly value: readonly TerritoryAssignment[] }) {
  return (
    <div className={classes['stack']}>
      {value.map(({ key, userId, role, period }) => (
        <div key={key}>
          <RecordName module="people" id={userId} />{' '}
          <span className={classes['soft']}>
            {[labelOf(role), period && periodText(period)].filter(Boolean).join(', ')}
          </span>
        </div>
      ))}
    </div>
  )
}

/** Who works a territory, and when; lists show who works it today. */
export const assignmentsField: FieldView<readonly TerritoryAssignment[]> = {
  text: (value, lookup) =>
    workersOn(value, dayAt(Date.now(), localZone()))
      .map((userId) => lookup('people', userId))
      .join(', '),
  refersTo: 'people',
  Show: Assignments,
  Input: AssignmentsInput,
  wide: true,
}
