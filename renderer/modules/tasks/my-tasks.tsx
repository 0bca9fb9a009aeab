import { useMemo } from 'react'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { useBroadestPermission } from '#renderer/ui/data/use-permission.ts'
import { useList } from '#renderer/ui/data/use-records.ts'
import { Empty } from '#renderer/ui/feedback/empty.tsx'
import classes from './my-tasks.module.css'
import { NewTask } from './new-task.tsx'
import { TaskLine } from './task-line.tsx'
import { byDueDay, isOpenTask } from './task-views.ts'
import type { TaskModule, TaskView } from './task-views.ts'

const most = 12

/** What the reader has promised to do, of both kinds, what is due first on top. */
export function MyTasks() {
  const business = useOwnTasks('tasks')
  const patients = useOwnTasks('patient-tasks')
  const creates = useBroadestPermission('tasks').create
  const tasks = [
    ...(business ?? []).map((task) => ({ module: 'tasks' as const, task })),
    ...(patients ?? []).map((task) => ({ module: 'patient-tasks' as const, task })),
  ].toSorted((a, b) => byDueDay(a.task, b.task))
  return (
    <div className={classes['body']}>
      {tasks.length === 0 && business !== null && patients !== null ? (
        <Empty title="Nothing to do">Add a task here, or on the page of a record that it is about.</Empty>
      ) : (
        <ul className={classes['list']}>
          {tasks.slice(0, most).map(({ module, task }) => (
            <TaskLine key={task.id} module={module} task={task} withAbout />
          ))}
        </ul>
      )}
      {creates && <NewTask about={null} />}
    </div>
  )
}

/** Null while they are read. */
function useOwnTasks(module: TaskModule): readonly TaskView[] | null {
  const { user } = useReplica()
  const observed = useList(
    useMemo(
      () => ({
        module,
        by: { index: 'assigneeId' as const, equals: user.id },
        where: isOpenTask,
        sort: byDueDay,
        limit: most,
      }),
      [module, user.id],
    ),
  )
  return observed.state === 'here' ? observed.value : null
}
