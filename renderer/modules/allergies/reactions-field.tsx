import { newId } from '#app/kernel/index.ts'
import { reactionSchema } from '#app/modules/allergies/index.ts'
import type { Reaction } from '#app/modules/allergies/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { conceptText } from '#app/values/index.ts'
import { optionsOf } from '#renderer/ui/fields/choice-field.tsx'
import type { FieldInputProps, FieldView } from '#renderer/ui/fields/field-view.ts'
import classes from '#renderer/ui/fields/fields.module.css'
import { ItemList } from '#renderer/ui/fields/item-list.tsx'
import { ChoicePart, TextPart, withPart } from '#renderer/ui/fields/part-inputs.tsx'
import { momentText } from '#renderer/ui/format/when.ts'

const severities = [{ value: '', label: '' }, ...optionsOf(reactionSchema.shape.severity.unwrap().options)]

function blank(): Reaction {
  return { key: newId(), manifestations: [] }
}

/** One reaction in the words of who tells it; several manifestations stand with commas between them. */
function ReactionsInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly Reaction[]>) {
  return (
    <ItemList
      label={label}
      one="reaction"
      items={value}
      required={required}
      errors={errors}
      keyOf={({ key }) => key}
      blank={blank}
      onChange={onChange}
    >
      {(reaction, change, errorAt) => (
        <>
          <TextPart
            label="What happened"
            value={reaction.manifestations.map(conceptText).join(', ')}
            error={errorAt('manifestations') ?? errorAt('manifestations.0.text')}
            onChange={(words) => change({ ...reaction, manifestations: manifestationsOf(words, reaction) })}
          />
          <ChoicePart
            label="Severity"
            value={reaction.severity ?? ''}
            options={severities}
            error={errorAt('severity')}
            onChange={(severity) => change(withPart(reaction, 'severity', severity || undefined))}
          />
          <TextPart
            label="More"
            value={reaction.description}
            error={errorAt('description')}
            onChange={(description) => change(withPart(reaction, 'description', description))}
          />
        </>
      )}
    </ItemList>
  )
}

/** Codes that came with a manifestation stay while its words do. */
function manifestationsOf(typed: string | undefined, { manifestations }: Reaction) {
  if (typed === undefined) return []
  return typed
    .split(', ')
    .map((text) => manifestations.find((known) => conceptText(known) === text) ?? { codings: [], text })
}

export function reactionText({ manifestations, description }: Reaction): string {
  return manifestations.length > 0 ? manifestations.map(conceptText).join(', ') : (description ?? '')
}

function Reactions({ value }: { readonly value: readonly Reaction[] }) {
  return (
    <div className={classes['stack']}>
      {value.map((reaction) => (
        <div key={reaction.key}>
          {reactionText(reaction)}{' '}
          <span className={classes['soft']}>
            {[labelOf(reaction.severity), reaction.onset && momentText(reaction.onset)]
              .filter(Boolean)
              .join(', ')}
          </span>
        </div>
      ))}
    </div>
  )
}

/** How an allergy showed itself. */
export const reactionsField: FieldView<readonly Reaction[]> = {
  text: (value) => value.map(reactionText).filter(Boolean).join('; '),
  Show: Reactions,
  Input: ReactionsInput,
  wide: true,
}
