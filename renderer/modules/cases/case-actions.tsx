import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { instant, systemClock } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { usePermission } from '#renderer/ui/data/use-permission.ts'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { nextStates } from '#renderer/ui/fields/choice-field.tsx'
import type { RecordView } from '#renderer/ui/record/presentation.ts'

type Status = DataOfModule<'cases'>['status']

/** Moves a case on without opening the form. */
export function CaseActions({ view }: { readonly view: RecordView }) {
  const replica = useReplica()
  const permission = usePermission('cases', view.scopes)
  const [busy, setBusy] = useState(false)
  if (!permission.write.has('status')) return null
  const next = nextStates(modules.cases.fields.status, view['status']).filter(
    (code) => code !== view['status'],
  )

  async function move(code: string): Promise<void> {
    setBusy(true)
    const closedAt = code === 'closed' ? instant(systemClock) : null
    const seen = { status: view['status'] as Status }
    await replica.update('cases', view.id, { status: code as Status, closedAt }, seen).catch(notifyFault)
    setBusy(false)
  }

  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="light" loading={busy} rightSection={<IconChevronDown size={14} aria-hidden />}>
          Move on
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {next.map((code) => (
          <Menu.Item key={code} onClick={() => void move(code)}>
            {labelOf(code)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
