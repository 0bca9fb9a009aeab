import { ActionIcon, Menu, Progress, UnstyledButton } from '@mantine/core'
import { IconDots, IconDownload, IconPin, IconPinnedOff } from '@tabler/icons-react'
import { useState } from 'react'
import type { Attachment } from '#app/values/index.ts'
import type { FileOwner } from '#renderer/replica/contract.ts'
import { useHost } from '../data/host-context.tsx'
import { useReplica } from '../data/replica-context.tsx'
import { notifyDone, notifyFault } from '../feedback/notify.tsx'
import { size } from '../format/size.ts'
import { previewOf } from './file-kind.ts'
import { FilePreview } from './file-preview.tsx'
import { FileSign } from './file-sign.tsx'
import { movedPercent, standingWords } from './file-words.ts'
import { useStanding } from './use-standing.ts'
import classes from './files.module.css'

type FileRowProps = { readonly file: Attachment; readonly owner: FileOwner }

/** A file of a record: what it is, where it is, and what can be done with it. */
export function FileRow({ file, owner }: FileRowProps) {
  const standing = useStanding(file.hash)
  const { open, save, keep, looked, close } = useFileDeeds(file, owner)
  return (
    <div className={classes['row']} data-file={file.name}>
      <FileSign mime={file.mime} />
      <UnstyledButton className={classes['name']} onClick={open}>
        {file.name}
      </UnstyledButton>
      <FileMenu kept={standing.kept} name={file.name} save={save} keep={keep} />
      <div
        className={classes['standing']}
        data-standing={standing.waits ? 'waits' : standing.here ? 'here' : 'away'}
      >
        {size(file.size)} · {standingWords(standing)}
        {standing.moving !== null && (
          <Progress
            value={movedPercent(standing)}
            size="xs"
            aria-label={`How much of ${file.name} has arrived`}
          />
        )}
      </div>
      {looked !== null && <FilePreview file={file} bytes={looked} onSave={save} onClose={close} />}
    </div>
  )
}

type FileMenuProps = {
  readonly kept: boolean
  readonly name: string
  save(): void
  keep(kept: boolean): void
}

function FileMenu({ kept, name, save, keep }: FileMenuProps) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`More for ${name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconDownload size={15} />} onClick={save}>
          Save a copy
        </Menu.Item>
        <Menu.Item
          leftSection={kept ? <IconPinnedOff size={15} /> : <IconPin size={15} />}
          onClick={() => keep(!kept)}
        >
          {kept ? 'No longer keep on this computer' : 'Keep on this computer'}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** What a person does with a file; each fetches it first where it is not here, and says why where that can't be. */
function useFileDeeds(file: Attachment, owner: FileOwner) {
  const replica = useReplica()
  const { files } = replica
  const host = useHost()
  const [looked, setLooked] = useState<Uint8Array<ArrayBuffer> | null>(null)

  async function save(): Promise<void> {
    const bytes = await files.bytes(file, owner)
    const { saved } = await host.call('saveFile', { name: file.name, type: file.mime, bytes })
    if (!saved) return
    replica.noteRead({ did: 'export', module: owner.module, records: [{ id: owner.id }] })
    notifyDone(`${file.name} was saved. The copy is not encrypted.`)
  }

  async function open(): Promise<void> {
    if (previewOf(file) === null) await save()
    else setLooked(await files.bytes(file, owner))
  }

  return {
    looked,
    close: () => setLooked(null),
    open: () => void open().catch(notifyFault),
    save: () => void save().catch(notifyFault),
    keep: (kept: boolean) => void files.keep(file, owner, kept).catch(notifyFault),
  }
}
