import { Alert, Button, Group, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import type { ModuleName } from '#app/modules/index.ts'
import { useReplica } from '../data/replica-context.tsx'
import { anyModule } from '../data/use-permission.ts'
import { notifyDone, notifyFault } from '../feedback/notify.tsx'
import { instantText } from '../format/when.ts'
import type { RecordView } from './presentation.ts'

type RemovedBannerProps = {
  readonly module: ModuleName
  readonly view: RecordView
  readonly restores: boolean
}

/** A removed record says so, and can be brought back. */
export function RemovedBanner({ module, view, restores }: RemovedBannerProps) {
  const replica = useReplica()
  const [busy, setBusy] = useState(false)
  if (view.removedAt === null) return null
  const one = anyModule(module).label.one

  async function restore(): Promise<void> {
    setBusy(true)
    try {
      await replica.restore(module, view.id)
      notifyDone(`${one} brought back`)
    } catch (thrown) {
      notifyFault(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Alert color="gray" icon={<IconTrash aria-hidden />} title={`This ${one.toLowerCase()} was removed`}>
      <Group justify="space-between">
        <Text size="sm">{instantText(view.removedAt)}. It is no longer in lists.</Text>
        {restores && (
          <Button size="compact-sm" variant="default" loading={busy} onClick={() => void restore()}>
            Bring it back
          </Button>
        )}
      </Group>
    </Alert>
  )
}
