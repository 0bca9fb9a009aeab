import { Button, Group, Modal } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { useMemo } from 'react'
import { base64Of } from '#app/kernel/base64.ts'
import type { Attachment } from '#app/values/index.ts'
import { size } from '../format/size.ts'
import { previewOf } from './file-kind.ts'
import classes from './files.module.css'

type FilePreviewProps = {
  readonly file: Attachment
  readonly bytes: Uint8Array<ArrayBuffer>
  onSave(): void
  onClose(): void
}

/** A picture or a text, over the record. It lies in memory only: nothing of it is written to the disk. */
export function FilePreview({ file, bytes, onSave, onClose }: FilePreviewProps) {
  return (
    <Modal opened onClose={onClose} title={file.name} size="xl" centered>
      {previewOf(file) === 'image' ? <Picture file={file} bytes={bytes} /> : <Words bytes={bytes} />}
      <Group justify="space-between" mt="md">
        <span className={classes['soft']}>{size(file.size)}</span>
        <Button variant="default" leftSection={<IconDownload size={15} />} onClick={onSave}>
          Save a copy
        </Button>
      </Group>
    </Modal>
  )
}

/** By a data address: what an object address names, Chromium may write to a file when memory gets scarce. */
function Picture({ file, bytes }: Pick<FilePreviewProps, 'file' | 'bytes'>) {
  const address = useMemo(() => `data:${file.mime};base64,${base64Of(bytes)}`, [file.mime, bytes])
  return <img src={address} alt={file.name} className={classes['picture']} />
}

function Words({ bytes }: Pick<FilePreviewProps, 'bytes'>) {
  const words = useMemo(() => new TextDecoder().decode(bytes), [bytes])
  return <pre className={classes['words']}>{words}</pre>
}
