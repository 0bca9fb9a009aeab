import { useMemo } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { RecordReference } from '#app/values/index.ts'
import { useBroadestPermission } from '#renderer/ui/data/use-permission.ts'
import { useList } from '#renderer/ui/data/use-records.ts'
import classes from '../shared/panel.module.css'
import { NewTask } from './new-task.tsx'
import { TaskLine } from './task-line.tsx'
import { byDueDay, isOpenTask } from './task-views.ts'
import type { TaskModule } from './task-views.ts'

type TaskPanelProps = {
  readonly about: RecordReference
  readonly accountId?: Id
  /** Of a patient, a case or a visit: the task is a patient task then, and clinical. */
  readonly patient?: { readonly patientId: Id | null; readonly siteId: Id }
}

/** What is still to be done about a record, and a line to add to it. */
export function TaskPanel({ about, accountId, patient }: TaskPanelProps) {
  const module: TaskModule = patient === undefined ? 'tasks' : 'patient-tasks'
  const permission = useBroadestPermission(module)
  const { id } = about
  const observed = useList(
    useMemo(
      () => ({
        module,
        by: { index: 'about' as const, equals: id },
        where: isOpenTask,
        sort: byDueDay,
        limit: 30,
      }),
      [module, id],
    ),
  )
  if (!permission.visible) return null
  const tasks = observed.state === 'here' ? observed.value : []
  return (
    <section className={classes['panel']} aria-label="Tasks">
      <h2 className={classes['title']}>Tasks</h2>
      <ul className={classes['list']}>
        {tasks.map((task) => (
          <TaskLine key={task.id} module={module} task={task} />
        ))}
      </ul>
      {permission.create && <NewTask about={about} accountId={accountId} patient={patient} />}
    </section>
  )
}
