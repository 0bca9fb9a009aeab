import type { Period } from '#app/values/index.ts'
import { momentText } from '../format/when.ts'
import { approximateField } from './approximate-field.tsx'
import type { FieldErrors, FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'
import { withPart } from './part-inputs.tsx'

function PeriodInput({ label, value = {}, errors, onChange }: FieldInputProps<Period>) {
  const bound = (key: 'start' | 'end', words: string) => (
    <approximateField.Input
      label={`${label}, ${words}`}
      value={value[key] ?? null}
      required={false}
      errors={boundErrors(errors, key)}
      onChange={(moment) => onChange(withPart(value, key, moment ?? undefined))}
    />
  )
  return (
    <div className={classes['even']}>
      {bound('start', 'from')}
      {bound('end', 'to')}
    </div>
  )
}

type PeriodPartProps = {
  readonly label: string
  readonly value: Period | undefined
  /** By the path within the item that the period is a part of. */
  readonly errorAt: (path: string) => string | undefined
  /** Undefined: open on both sides, so that nothing is said. */
  onChange(period: Period | undefined): void
}

/** The period of an item of a list. */
export function PeriodPart({ label, value, errorAt, onChange }: PeriodPartProps) {
  return (
    <PeriodInput
      label={label}
      value={value}
      required={false}
      errors={{ own: errorAt('period'), at: (path) => errorAt(`period.${path}`) }}
      onChange={(period) =>
        onChange(period.start === undefined && period.end === undefined ? undefined : period)
      }
    />
  )
}

function boundErrors(errors: FieldErrors, key: 'start' | 'end'): FieldErrors {
  return { own: errors.at(key) ?? (key === 'end' ? errors.own : undefined), at: () => undefined }
}

export function periodText({ start, end }: Period): string {
  if (start === undefined && end === undefined) return ''
  if (end === undefined) return `from ${momentText(start ?? '')}`
  return `${start === undefined ? 'until' : `${momentText(start)} –`} ${momentText(end)}`
}

/** From when to when; either end may be open. */
export const periodField: FieldView<Period> = {
  text: periodText,
  order: ({ start, end }) => start ?? end ?? null,
  filter: { by: 'days', member: 'start' },
  Input: PeriodInput,
  wide: true,
}
