import { Textarea } from '@mantine/core'
import { useState } from 'react'
import type { FieldInputProps, FieldView } from './field-view.ts'
import classes from './fields.module.css'

/** Notes only grow: what stands there stays, and one more is typed below it. */
function NotesInput({ label, value = [], required, errors, onChange }: FieldInputProps<readonly string[]>) {
  const [kept] = useState(value)
  return (
    <div>
      {kept.length > 0 && <Notes value={kept} />}
      <Textarea
        label={kept.length > 0 ? 'One more note' : label}
        value={value[kept.length] ?? ''}
        withAsterisk={required}
        error={errors.own ?? errors.at(String(kept.length))}
        autosize
        minRows={2}
        maxRows={10}
        onChange={(event) => {
          const typed = event.currentTarget.value
          onChange(typed.trim() === '' ? kept : [...kept, typed])
        }}
      />
    </div>
  )
}

function Notes({ value }: { readonly value: readonly string[] }) {
  return (
    <div className={classes['stack']}>
      {value.map((note) => (
        <div key={note} className={classes['prose']}>
          {note}
        </div>
      ))}
    </div>
  )
}

/** Remarks in the order in which they were made. */
export const notesField: FieldView<readonly string[]> = {
  text: (value) => value.join(' '),
  Show: Notes,
  Input: NotesInput,
  wide: true,
}
