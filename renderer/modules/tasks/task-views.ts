import type { ViewOfModule } from '#app/modules/index.ts'

/** The two modules of tasks: of the business, and of patients. */
export type TaskModule = 'tasks' | 'patient-tasks'
export type TaskView = ViewOfModule<'tasks'> | ViewOfModule<'patient-tasks'>

export function isOpenTask({ status }: Pick<TaskView, 'status'>): boolean {
  return status !== 'done' && status !== 'cancelled'
}

/** What is due first stands first; what has no day stands last. */
export function byDueDay(a: TaskView, b: TaskView): number {
  const [left, right] = [a.dueOn ?? '9999', b.dueOn ?? '9999']
  if (left === right) return a.created.at < b.created.at ? -1 : 1
  return left < right ? -1 : 1
}
