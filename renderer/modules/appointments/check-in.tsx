import { Button } from '@mantine/core'
import { useState } from 'react'
import { instant, systemClock } from '#app/kernel/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { usePermission } from '#renderer/ui/data/use-permission.ts'
import { notifyFault, notifyUndo } from '#renderer/ui/feedback/notify.tsx'
import type { Appointment } from './appointment-views.ts'

type CheckInProps = { readonly view: Appointment; readonly size: 'compact-sm' | 'sm' }

/** One press when a patient stands at the desk. */
export function CheckIn({ view, size }: CheckInProps) {
  const replica = useReplica()
  const permission = usePermission('appointments', view.scopes)
  const [busy, setBusy] = useState(false)
  const waits = view.status === 'booked' || view.status === 'proposed'
  if (!waits || !permission.write.has('status')) return null

  async function arrive(): Promise<void> {
    setBusy(true)
    try {
      const before = { status: view.status ?? 'booked', arrivedAt: view.arrivedAt ?? null }
      const arrived = { status: 'arrived', arrivedAt: instant(systemClock) } as const
      await replica.update('appointments', view.id, arrived, { status: before.status })
      notifyUndo(
        'Checked in',
        async () => void (await replica.update('appointments', view.id, before, arrived)),
      )
    } catch (thrown) {
      notifyFault(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Button
      size={size}
      variant="light"
      loading={busy}
      onClick={(event) => {
        event.stopPropagation()
        void arrive()
      }}
    >
      Check in
    </Button>
  )
}
