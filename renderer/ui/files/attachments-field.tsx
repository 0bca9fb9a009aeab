import type { Attachment } from '#app/values/index.ts'
import type { FieldView } from '../fields/field-view.ts'
import { AttachmentsInput } from './attachments-input.tsx'
import { FileRow } from './file-row.tsx'
import { useFileOwner } from './file-owner.ts'
import classes from './files.module.css'

/** The files that a field of a record names. */
export function Files({ value }: { readonly value: readonly Attachment[] }) {
  const owner = useFileOwner()
  // Outside of a record, such as in a refused edit, they are named.
  if (owner === null) return value.map(({ name }) => name).join(', ')
  return (
    <div className={classes['rows']}>
      {value.map((file) => (
        <FileRow key={file.hash} file={file} owner={owner} />
      ))}
    </div>
  )
}

export const attachmentsField: FieldView<readonly Attachment[]> = {
  text: (value) => value.map(({ name }) => name).join(', '),
  Show: Files,
  Input: AttachmentsInput,
  wide: true,
}
