import { Checkbox, TagsInput, TextInput } from '@mantine/core'
import type { DataOfModule } from '#app/modules/index.ts'
import type { FieldInputProps, FieldView } from '#renderer/ui/fields/field-view.ts'
import classes from '#renderer/ui/fields/fields.module.css'
import { momentText } from '#renderer/ui/format/when.ts'
import { readDate } from '#renderer/ui/format/read-date.ts'

type Patient = DataOfModule<'patients'>
type Languages = Patient['languages']
type Interpreter = NonNullable<Patient['interpreter']>
type Deceased = NonNullable<Patient['deceased']>

let names: Intl.DisplayNames | undefined

/** `es` is Spanish, in the words of the reader's own language. */
export function languageText(tag: string): string {
  names ??= new Intl.DisplayNames(undefined, { type: 'language', fallback: 'code' })
  try {
    return names.of(tag) ?? tag
  } catch {
    return tag
  }
}

/** The first is the one that the person prefers to speak. */
function LanguagesInput({ label, value = [], errors, onChange }: FieldInputProps<Languages>) {
  return (
    <TagsInput
      label={label}
      description="Tags such as es or zh-Hant; the first is preferred"
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={value.map(({ language }) => language)}
      error={errors.own ?? value.map((_item, at) => errors.at(`${at}.language`)).find(Boolean)}
      onChange={(tags) => onChange(tags.map((language, at) => ({ language, preferred: at === 0 })))}
    />
  )
}

export const spokenLanguagesField: FieldView<Languages> = {
  text: (value) =>
    value
      .toSorted((a, b) => Number(b.preferred) - Number(a.preferred))
      .map(({ language }) => languageText(language))
      .join(', '),
  Input: LanguagesInput,
}

function InterpreterInput({ label, value, errors, onChange }: FieldInputProps<Interpreter | null>) {
  return (
    <div className={classes['stack']}>
      <TextInput
        label={`${label}: language`}
        description="Empty: the preferred language"
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        disabled={value?.needed !== true}
        value={value?.language ?? ''}
        error={errors.own ?? errors.at('language')}
        onChange={(event) => {
          const { language: _old, ...rest } = value ?? { needed: true }
          const typed = event.currentTarget.value
          onChange(typed === '' ? rest : { ...rest, language: typed })
        }}
      />
      <Checkbox
        size="xs"
        mt={6}
        label="Needs an interpreter"
        checked={value?.needed ?? false}
        onChange={(event) => onChange({ ...value, needed: event.currentTarget.checked })}
      />
    </div>
  )
}

export const interpreterField: FieldView<Interpreter | null> = {
  text: (value) => {
    if (value === null) return ''
    if (!value.needed) return 'Not needed'
    const language = value.language === undefined ? '' : `, ${languageText(value.language)}`
    return `Needed${language}${value.note === undefined ? '' : `. ${value.note}`}`
  },
  Input: InterpreterInput,
}

function DeceasedInput({ value, errors, onChange }: FieldInputProps<Deceased | null>) {
  return (
    <div className={classes['stack']}>
      <TextInput
        label="Date of death"
        placeholder="YYYY-MM-DD, or only the year"
        disabled={value?.deceased !== true}
        value={value?.at ?? ''}
        error={errors.own ?? errors.at('at')}
        onChange={(event) => {
          const typed = event.currentTarget.value
          onChange(typed === '' ? { deceased: true } : { deceased: true, at: readDate(typed) })
        }}
      />
      <Checkbox
        size="xs"
        mt={6}
        label="Deceased"
        checked={value?.deceased ?? false}
        onChange={(event) => onChange(event.currentTarget.checked ? { deceased: true } : null)}
      />
    </div>
  )
}

export function deceasedText(value: Deceased | null | undefined): string {
  if (value?.deceased !== true) return ''
  return value.at === undefined ? 'Deceased' : `Deceased, ${momentText(value.at)}`
}

export const deceasedField: FieldView<Deceased | null> = {
  text: (value) => deceasedText(value),
  Input: DeceasedInput,
}
