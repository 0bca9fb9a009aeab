import { ActionIcon, Button, FileButton, Group, Progress, Tooltip } from '@mantine/core'
import { IconPaperclip, IconPhoto, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { Attachment } from '#app/values/index.ts'
import type { FileSource } from '#renderer/replica/contract.ts'
import { useReplica } from '../data/replica-context.tsx'
import { describeFault } from '../feedback/describe-fault.ts'
import type { FaultDescription } from '../feedback/describe-fault.ts'
import { FaultAlert } from '../feedback/fault-alert.tsx'
import type { FieldInputProps } from '../fields/field-view.ts'
import fieldClasses from '../fields/fields.module.css'
import { size } from '../format/size.ts'
import { FileSign } from './file-sign.tsx'
import { standingWords } from './file-words.ts'
import classes from './files.module.css'
import { useStanding } from './use-standing.ts'

const ways = [
  { title: 'Add file', accept: '', Sign: IconPaperclip },
  { title: 'Add photo', accept: 'image/*', Sign: IconPhoto },
] as const

/** Files are taken in as soon as they are chosen, encrypted, and begin to be sent while the form is filled in. */
export function AttachmentsInput({
  label,
  value = [],
  required,
  errors,
  onChange,
}: FieldInputProps<readonly Attachment[]>) {
  const { adding, fault, add } = useAdding(value, onChange)
  return (
    <fieldset className={fieldClasses['set']}>
      <legend className={fieldClasses['legend']}>
        {label}
        {required && ' *'}
      </legend>
      <div className={classes['rows']}>
        {value.map((file) => (
          <ChosenFile
            key={file.hash}
            file={file}
            onRemove={() => onChange(value.filter(({ hash }) => hash !== file.hash))}
          />
        ))}
        {adding !== null && (
          <div className={classes['standing']} role="status">
            Adding {adding.name}
            <Progress value={adding.percent} size="xs" aria-label={`How much of ${adding.name} was added`} />
          </div>
        )}
        <Group gap="xs">
          {ways.map(({ title, accept, Sign }) => (
            <FileButton key={title} multiple accept={accept} onChange={(files) => void add(files)}>
              {(props) => (
                <Tooltip label="A photo (JPEG, PNG, WebP) is kept without where and when it was taken">
                  <Button
                    {...props}
                    variant="subtle"
                    size="compact-sm"
                    disabled={adding !== null}
                    leftSection={<Sign size={14} />}
                  >
                    {title}
                  </Button>
                </Tooltip>
              )}
            </FileButton>
          ))}
        </Group>
        {fault !== null && <FaultAlert fault={fault} />}
      </div>
      {errors.own !== undefined && <div className={fieldClasses['error']}>{errors.own}</div>}
    </fieldset>
  )
}

function ChosenFile({ file, onRemove }: { readonly file: Attachment; onRemove(): void }) {
  const standing = useStanding(file.hash)
  return (
    <div className={classes['row']} data-file={file.name}>
      <FileSign mime={file.mime} />
      <span className={classes['name']}>{file.name}</span>
      <Tooltip label="Remove from this record">
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove ${file.name}`} onClick={onRemove}>
          <IconX size={16} />
        </ActionIcon>
      </Tooltip>
      <div className={classes['standing']}>
        {size(file.size)} · {standingWords(standing)}
      </div>
    </div>
  )
}

type Adding = { readonly name: string; readonly percent: number }

/** One file after the other; those that were added stay where a later one fails. */
function useAdding(value: readonly Attachment[], onChange: (value: readonly Attachment[]) => void) {
  const { files } = useReplica()
  const [adding, setAdding] = useState<Adding | null>(null)
  const [fault, setFault] = useState<FaultDescription | null>(null)

  async function add(chosen: readonly File[]): Promise<void> {
    setFault(null)
    let all = value
    try {
      for (const file of chosen) {
        const { name } = file
        setAdding({ name, percent: 0 })
        const attachment = await files.add(sourceOf(file), (done) =>
          setAdding({ name, percent: Math.floor((100 * done) / file.size) }),
        )
        if (all.some(({ hash }) => hash === attachment.hash)) continue
        all = [...all, attachment]
        onChange(all)
      }
    } catch (thrown) {
      setFault(describeFault(thrown))
    } finally {
      setAdding(null)
    }
  }

  return { adding, fault, add }
}

/** Read a slice at a time: a large file is never whole in memory. */
function sourceOf(file: File): FileSource {
  const { name, type, size: bytes } = file
  return {
    name,
    type,
    size: bytes,
    slice: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
  }
}
