import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { instant, systemClock } from '#app/kernel/index.ts'
import { dayAt } from '#app/values/index.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { usePermission } from '#renderer/ui/data/use-permission.ts'
import { notifyFault } from '#renderer/ui/feedback/notify.tsx'
import { dateText, localZone } from '#renderer/ui/format/when.ts'
import classes from '../shared/panel.module.css'
import { isOpenTask } from './task-views.ts'
import type { TaskModule, TaskView } from './task-views.ts'

/** A task with the box that finishes it. */
export function TaskLine({ module, task }: { readonly module: TaskModule; readonly task: TaskView }) {
  const replica = useReplica()
  const permission = usePermission(module, task.scopes)
  const [busy, setBusy] = useState(false)
  const open = isOpenTask(task)

  async function toggle(): Promise<void> {
    setBusy(true)
    const change = open
      ? ({ status: 'done', completedAt: instant(systemClock) } as const)
      : ({ status: 'open', completedAt: null } as const)
    await replica.update(module, task.id, change).catch(notifyFault)
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
      <span className={open ? undefined : classes['done']}>{task.title}</span>
      <DueDay day={task.dueOn ?? null} open={open} />
    </li>
  )
}

export function DueDay({ day, open }: { readonly day: string | null; readonly open: boolean }) {
  if (day === null) return <span />
  const late = open && day < dayAt(Date.now(), localZone())
  return (
    <span className={classes[late ? 'late' : 'soft']}>
      {late ? 'Overdue, ' : ''}
      {dateText(day)}
    </span>
  )
}
