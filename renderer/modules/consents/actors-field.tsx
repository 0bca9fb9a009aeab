import { newId } from '#app/kernel/index.ts'
import { consentActorSchema } from '#app/modules/consents/index.ts'
import type { ConsentActor } from '#app/modules/consents/index.ts'
import { optionsOf } from '#renderer/ui/fields/choice-field.tsx'
import type { FieldInputProps, FieldView } from '#renderer/ui/fields/field-view.ts'
import classes from '#renderer/ui/fields/fields.module.css'
import { ItemList } from '#renderer/ui/fields/item-list.tsx'
import { ChoicePart, TextPart } from '#renderer/ui/fields/part-inputs.tsx'

const roles = optionsOf(consentActorSchema.shape.role.options, {
  recipient: 'May receive',
  discloser: 'Discloses',
  excluded: 'Must not receive',
  grantee: 'May act for the patient',
})

function blank(): ConsentActor {
  return { key: newId(), role: 'recipient', name: '' }
}

function ActorsInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly ConsentActor[]>) {
  return (
    <ItemList
      label={label}
      one="person or organisation"
      items={value}
      required={required}
      errors={errors}
      keyOf={({ key }) => key}
      blank={blank}
      onChange={onChange}
    >
      {(actor, change, errorAt) => (
        <>
          <ChoicePart
            label="Role"
            value={actor.role}
            options={roles}
            error={errorAt('role')}
            onChange={(role) => change({ ...actor, role })}
          />
          <TextPart
            label="Name"
            value={actor.name}
            error={errorAt('name')}
            onChange={(name) => change({ ...actor, name: name ?? '' })}
          />
        </>
      )}
    </ItemList>
  )
}

function Actors({ value }: { readonly value: readonly ConsentActor[] }) {
  return (
    <div className={classes['stack']}>
      {value.map((actor) => (
        <div key={actor.key}>
          {actor.name}{' '}
          <span className={classes['soft']}>{roles.find((each) => each.value === actor.role)?.label}</span>
        </div>
      ))}
    </div>
  )
}

/** Of whom a consent speaks. */
export const actorsField: FieldView<readonly ConsentActor[]> = {
  text: (value) => value.map(({ name }) => name).join(', '),
  Show: Actors,
  Input: ActorsInput,
  wide: true,
}
