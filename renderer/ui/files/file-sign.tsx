import { IconFile, IconFileText, IconFileTypePdf, IconPhoto } from '@tabler/icons-react'
import type { Attachment } from '#app/values/index.ts'
import classes from './files.module.css'

const look = { size: 22, stroke: 1.4, 'aria-hidden': true, className: classes['sign'] ?? '' } as const

/** What kind of file it is, at a glance. */
export function FileSign({ mime }: Pick<Attachment, 'mime'>) {
  if (mime === 'application/pdf') return <IconFileTypePdf {...look} />
  if (mime.startsWith('image/')) return <IconPhoto {...look} />
  return mime.startsWith('text/') ? <IconFileText {...look} /> : <IconFile {...look} />
}
