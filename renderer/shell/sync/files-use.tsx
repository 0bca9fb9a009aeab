import { useEffect, useState } from 'react'
import type { FilesUse } from '#renderer/replica/contract.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { size } from '#renderer/ui/format/size.ts'
import { Fact } from './fact.tsx'
import { useSyncStatus } from './use-sync-status.ts'
import classes from './sync-centre.module.css'

/** What of this computer's disk is taken, and by what. Looked at anew whenever files were sent or the records are level. */
export function FilesOnDisk() {
  const { files } = useReplica()
  const { phase, files: waiting } = useSyncStatus()
  const [use, setUse] = useState<FilesUse | null>(null)

  useEffect(() => {
    let isShown = true
    files
      .use()
      .then((latest) => isShown && setUse(latest))
      .catch(notifyFault)
    return () => {
      isShown = false
    }
  }, [files, phase, waiting.count])

  if (use === null) return null
  return (
    <section aria-label="On this computer">
      <h2 className={classes['subtitle']}>On this computer</h2>
      <dl className={classes['facts']}>
        <Fact label="Records" value={size(use.records)} />
        <Fact label={use.count === 1 ? '1 file' : `${use.count} files`} value={size(use.files)} />
        <Fact label="Of them to be kept" value={size(use.kept)} />
        <Fact label="Free for Rounds" value={use.free === null ? 'Not known' : size(use.free)} />
      </dl>
    </section>
  )
}
