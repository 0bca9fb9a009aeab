import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { instant, systemClock } from '#app/kernel/index.ts'
import { dayAt } from '#app/values/index.ts'
import { isModuleName, moduleOfKind } from '#app/modules/index.ts'
import { RecordLink } from '#renderer/ui/fields/record-link.tsx'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { usePermission } from '#renderer/ui/data/use-permission.ts'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { localZone, shortDayText } from '#renderer/ui/format/when.ts'
import classes from '../shared/panel.module.css'
import { isOpenTask } from './task-views.ts'
import type { TaskModule, TaskView } from './task-views.ts'

type TaskLineProps = {
  readonly module: TaskModule
  readonly task: TaskView
  /** Away from the record that it is about, a task names it. */
  readonly withAbout?: boolean
}

/** A task with the box that finishes it. */
export function TaskLine({ module, task, withAbout = false }: TaskLineProps) {
  const replica = useReplica()
  const permission = usePermission(module, task.scopes)
  const [busy, setBusy] = useState(false)
  const open = isOpenTask(task)

  async function toggle(): Promise<void> {
    setBusy(true)
    const change = open
      ? ({ status: 'done', completedAt: instant(systemClock) } as const)
      : ({ status: 'open', completedAt: null } as const)
    const seen = task.status === undefined ? {} : { status: task.status }
    await replica.update(module, task.id, change, seen).catch(notifyFault)
    setBusy(false)
  }

  return (
    <li className={classes['line']} data-task={task.id}>
      <Checkbox
        size="xs"
        aria-label={`Done: ${task.title ?? ''}`}
        checked={!open}
        disabled={busy || !permission.write.has('status')}
        onChange={() => void toggle()}
      />
      <span className={open ? undefined : classes['done']}>
        {task.title} {withAbout && <About task={task} />}
      </span>
      <DueDay day={task.dueOn ?? null} open={open} />
    </li>
  )
}

function About({ task }: { readonly task: TaskView }) {
  const { about } = task
  if (about === null || about === undefined) return null
  const module = moduleOfKind(about.collection, about.kind)?.name
  return module !== undefined && isModuleName(module) && <RecordLink module={module} id={about.id} />
}

export function DueDay({ day, open }: { readonly day: string | null; readonly open: boolean }) {
  if (day === null) return <span />
  const today = dayAt(Date.now(), localZone())
  const late = open && day < today
  return (
    <span className={classes[late ? 'late' : 'soft']}>
      {late ? 'Overdue, ' : ''}
      {shortDayText(day, today)}
    </span>
  )
}
