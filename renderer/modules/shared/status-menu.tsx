import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import type { DataOfModule, ModuleName } from '#app/modules/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { anyModule, usePermission } from '#renderer/ui/data/use-permission.ts'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { nextStates } from '#renderer/ui/fields/choice-field.tsx'
import type { RecordView } from '#renderer/ui/record/presentation.ts'

/** The modules whose records go through states of a field `status`. */
export type ModuleWithStatus = {
  [Name in ModuleName]: DataOfModule<Name> extends { readonly status: string } ? Name : never
}[ModuleName]

type StatusMenuProps<Name extends ModuleWithStatus> = {
  readonly module: Name
  readonly view: RecordView
  /** What else changes when the record takes the state. */
  readonly along?: (status: string) => Partial<DataOfModule<Name>>
}

/** Moves a record on without opening the form: to the states that its graph allows from the present one. */
export function StatusMenu<Name extends ModuleWithStatus>({ module, view, along }: StatusMenuProps<Name>) {
  const replica = useReplica()
  const permission = usePermission(module, view.scopes)
  const [busy, setBusy] = useState(false)
  const spec = anyModule(module).fields['status']
  const { status } = view
  if (spec === undefined || !permission.write.has('status')) return null
  const next = nextStates(spec, status).filter((code) => code !== status)
  if (next.length === 0) return null

  async function move(code: string): Promise<void> {
    setBusy(true)
    // The code is one of the module's own graph.
    const change = { ...along?.(code), status: code } as unknown as Partial<DataOfModule<Name>>
    const seen = { status } as unknown as Partial<DataOfModule<Name>>
    await replica.update(module, view.id, change, seen).catch(notifyFault)
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
