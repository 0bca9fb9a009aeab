import { newId } from '#app/kernel/index.ts'
import { careTeamRoles, membersOn } from '#app/modules/care-teams/index.ts'
import type { CareTeamMember } from '#app/modules/care-teams/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { dayAt } from '#app/values/index.ts'
import { optionsOf } from '#renderer/ui/fields/choice-field.tsx'
import type { FieldInputProps, FieldView } from '#renderer/ui/fields/field-view.ts'
import classes from '#renderer/ui/fields/fields.module.css'
import { ItemList } from '#renderer/ui/fields/item-list.tsx'
import { ChoicePart, withPart } from '#renderer/ui/fields/part-inputs.tsx'
import { PeriodPart, periodText } from '#renderer/ui/fields/period-field.tsx'
import { RecordLink } from '#renderer/ui/fields/record-link.tsx'
import { RecordName } from '#renderer/ui/fields/record-name.tsx'
import { RecordPicker } from '#renderer/ui/fields/record-picker.tsx'
import { localZone } from '#renderer/ui/format/when.ts'

const roles = optionsOf(careTeamRoles)

function blank(): CareTeamMember {
  return { key: newId(), role: 'nurse' }
}

/** A member is the one or the other: who is chosen last. */
function chosen(
  { key, role, period }: CareTeamMember,
  who: Pick<CareTeamMember, 'userId' | 'contactId'>,
): CareTeamMember {
  return { key, role, ...(period && { period }), ...who }
}

function MembersInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly CareTeamMember[]>) {
  return (
    <ItemList
      label={label}
      one="member"
      items={value}
      required={required}
      errors={errors}
      keyOf={({ key }) => key}
      blank={blank}
      onChange={onChange}
    >
      {(member, change, errorAt) => (
        <>
          <RecordPicker
            module="people"
            label="Colleague"
            value={member.userId ?? null}
            required={false}
            error={errorAt('userId')}
            onChange={(id) => change(chosen(member, id === null ? {} : { userId: id }))}
          />
          <RecordPicker
            module="contacts"
            label="Or a practitioner"
            value={member.contactId ?? null}
            required={false}
            error={errorAt('contactId')}
            onChange={(id) => change(chosen(member, id === null ? {} : { contactId: id }))}
          />
          <ChoicePart
            label="As"
            value={member.role}
            options={roles}
            error={errorAt('role')}
            onChange={(role) => change({ ...member, role })}
          />
          <PeriodPart
            label="Belongs to it"
            value={member.period}
            errorAt={errorAt}
            onChange={(period) => change(withPart(member, 'period', period))}
          />
        </>
      )}
    </ItemList>
  )
}

function Members({ value }: { readonly value: readonly CareTeamMember[] }) {
  return (
    <div className={classes['stack']}>
      {value.map(({ key, role, userId, contactId, period }) => (
        <div key={key}>
          {userId !== undefined && <RecordName module="people" id={userId} />}
          {contactId !== undefined && <RecordLink module="contacts" id={contactId} />}{' '}
          <span className={classes['soft']}>
            {[labelOf(role), period && periodText(period)].filter(Boolean).join(', ')}
          </span>
        </div>
      ))}
    </div>
  )
}

/** Who belongs to a care team, and when; lists show who belongs to it today. */
export const membersField: FieldView<readonly CareTeamMember[]> = {
  text: (value, lookup) =>
    membersOn(value, dayAt(Date.now(), localZone()))
      .map(({ userId, contactId }) =>
        userId === undefined ? lookup('contacts', contactId ?? '') : lookup('people', userId),
      )
      .filter(Boolean)
      .join(', '),
  refersTo: 'people',
  Show: Members,
  Input: MembersInput,
  wide: true,
}
