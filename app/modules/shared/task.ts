import { z } from 'zod'
import { field, idSchema, instantSchema } from '../../kernel/index.ts'
import type { PhiClass } from '../../kernel/index.ts'
import { dateSchema, line, prose, recordReferenceSchema } from '../../values/index.ts'

export const taskStatuses = ['open', 'in-progress', 'waiting', 'done', 'cancelled'] as const
/** Still to be done. */
export const openTaskStatuses = ['open', 'in-progress', 'waiting'] as const

/** The fields of something to be done; `phi` is the class of its words and of what it hangs on. */
export function taskFields(phi: PhiClass) {
  return {
    title: field(line(200), {
      label: 'Title',
      phi,
      search: { as: 'text', of: (title: string) => [title] },
    }),
    note: field(prose(8000).nullable(), { label: 'Note', phi }),
    status: field(z.enum(taskStatuses), {
      label: 'Status',
      phi: 'none',
      initial: 'open',
      merge: {
        rule: 'status',
        graph: {
          open: ['in-progress', 'waiting', 'done', 'cancelled'],
          'in-progress': ['open', 'waiting', 'done', 'cancelled'],
          waiting: ['open', 'in-progress', 'done', 'cancelled'],
          done: ['open'],
          cancelled: ['open'],
        },
      },
    }),
    priority: field(z.enum(['low', 'normal', 'high', 'urgent']), {
      label: 'Priority',
      phi: 'none',
      initial: 'normal',
    }),
    dueOn: field(dateSchema.nullable(), { label: 'Due', phi: 'none' }),
    assigneeId: field(idSchema.nullable(), { label: 'Assigned to', phi: 'none' }),
    /** The record it hangs on. */
    about: field(recordReferenceSchema.nullable(), { label: 'About', phi }),
    completedAt: field(instantSchema.nullable(), { label: 'Completed', phi: 'none' }),
    tags: field(z.array(line(40)).max(32), { label: 'Tags', phi, merge: { rule: 'set' } }),
  }
}
