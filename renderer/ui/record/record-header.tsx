import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core'
import { IconChevronLeft, IconCloudUp, IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { Permission } from '#app/access/index.ts'
import { useCommands } from '#renderer/shell/commands/commands-context.tsx'
import type { Command } from '#renderer/shell/commands/command.ts'
import { useReplica } from '../data/replica-context.tsx'
import { titleOf } from '../data/titles.ts'
import { anyModule } from '../data/use-permission.ts'
import { notifyFault, notifyUndo } from '../feedback/notify.tsx'
import { isBlank } from '../fields/field-view.ts'
import type { Lookup } from '../fields/field-view.ts'
import { FieldText } from './field-text.tsx'
import type { Presentation, RecordView } from './presentation.ts'
import { SensitivityBadge } from './sensitivity-badge.tsx'
import { SourceBadge } from './source-badge.tsx'
import { StateBadge } from './state-badge.tsx'
import classes from './record.module.css'

type RecordHeaderProps = {
  readonly presentation: Presentation
  readonly view: RecordView
  readonly permission: Permission
  readonly lookup: Lookup
  readonly children: ReactNode
}

/** The name of the record, its state, the facts one looks up most, and what can be done with it. */
export function RecordHeader({ presentation, view, permission, lookup, children }: RecordHeaderProps) {
  const replica = useReplica()
  const navigate = useNavigate()
  const { module: name, state } = presentation
  const module = anyModule(name)
  const title = titleOf(name, view)
  const editable = permission.write.size > 0 && view.removedAt === null

  const edit = () => void navigate({ to: '/$module/$id/edit', params: { module: name, id: view.id } })
  const back = () => void navigate({ to: '/$module', params: { module: name } })
  async function remove(): Promise<void> {
    try {
      await replica.remove(name, view.id)
      back()
      notifyUndo(`${module.label.one} removed`, () => replica.restore(name, view.id))
    } catch (thrown) {
      notifyFault(thrown)
    }
  }

  useCommands('record', recordCommands(module.label.one.toLowerCase(), editable, { edit, back, remove }))

  const facts = presentation.facts.filter((field) => permission.read.has(field) && !isBlank(view[field]))
  return (
    <header className={classes['head']}>
      <Link to="/$module" params={{ module: name }} className={classes['kind'] ?? ''}>
        <IconChevronLeft size={14} aria-hidden />
        {module.label.many}
      </Link>
      <div className={classes['titleRow']}>
        <h1 className={classes['title']}>{title}</h1>
        {state !== undefined && view[state] !== undefined && (
          <StateBadge code={view[state]} text={presentation.fields[state]?.text(view[state], lookup) ?? ''} />
        )}
        <SensitivityBadge scopes={view.scopes} />
        {view.edit !== '' && <PendingSign />}
        <div className={classes['actions']}>
          {children}
          {editable && (
            <Button variant="default" leftSection={<IconPencil size={15} />} onClick={edit}>
              Edit
            </Button>
          )}
          {editable && (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="default" size={34} aria-label="More actions">
                  <IconDots size={16} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item leftSection={<IconTrash size={15} />} color="red" onClick={() => void remove()}>
                  Remove
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      </div>
      {facts.length > 0 && (
        <dl className={classes['facts']}>
          {facts.map((field) => {
            const source = view.sources[field]
            return (
              <div key={field}>
                <dt>
                  {module.fields[field]?.label}
                  {source !== undefined && <SourceBadge stamp={source} />}
                </dt>
                <dd>
                  <FieldText
                    view={presentation.fields[field]}
                    value={view[field]}
                    lookup={lookup}
                    record={view}
                  />
                </dd>
              </div>
            )
          })}
        </dl>
      )}
    </header>
  )
}

function PendingSign() {
  return (
    <Tooltip label="Stored on this computer; the server has not confirmed it yet.">
      <span className={classes['pendingSign']}>
        <IconCloudUp size={15} aria-hidden /> Not sent yet
      </span>
    </Tooltip>
  )
}

type RecordActions = { edit(): void; back(): void; remove(): Promise<void> }

function recordCommands(one: string, editable: boolean, actions: RecordActions): readonly Command[] {
  const { edit, back, remove } = actions
  const always: readonly Command[] = [
    { id: 'record.back', title: 'Back to the list', group: 'This page', hotkey: 'escape', run: back },
  ]
  if (!editable) return always
  return [
    {
      id: 'record.edit',
      title: `Edit this ${one}`,
      group: 'This page',
      hotkey: 'e',
      icon: IconPencil,
      run: edit,
    },
    {
      id: 'record.remove',
      title: `Remove this ${one}`,
      group: 'This page',
      icon: IconTrash,
      keywords: 'delete',
      run: () => void remove(),
    },
    ...always,
  ]
}
