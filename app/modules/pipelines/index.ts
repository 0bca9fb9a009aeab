import { z } from 'zod'
import { defineModule, field, full, idSchema, readOnly } from '../../kernel/index.ts'
import { currencySchema, line } from '../../values/index.ts'
import { allFirst } from '../shared/first.ts'

export const stageSchema = z.strictObject({
  id: idSchema,
  name: line(60),
  /** Stages are shown by `order`; gaps are fine, so that one can be put between two. */
  order: z.int().min(0).max(100_000),
  /** How likely an opportunity of this stage is won, in percent. */
  probability: z.int().min(0).max(100),
  kind: z.enum(['open', 'won', 'lost']),
})
export type Stage = z.infer<typeof stageSchema>

/** The way that opportunities go. */
export const pipelines = defineModule({
  name: 'pipelines',
  kind: 'pipeline',
  label: { one: 'Pipeline', many: 'Pipelines' },
  version: 1,
  collection: 'reference',
  fields: {
    name: field(line(80), { label: 'Name', phi: 'none', search: { as: 'text', of: (name) => [name] } }),
    stages: field(z.array(stageSchema).min(1).max(24), {
      label: 'Stages',
      phi: 'none',
      merge: { rule: 'list', by: 'id' },
    }),
    currency: field(currencySchema, { label: 'Currency', phi: 'none' }),
    active: field(z.boolean(), { label: 'In use', phi: 'none', initial: true }),
  },
  indexes: ['name'],
  access: { 'account-manager': readOnly, supervisor: full, feed: readOnly },
  scope: () => ['org'],
  first: allFirst,
  title: (view) => view.name ?? 'Pipeline',
  invariants: [
    {
      field: 'stages',
      says: 'A pipeline needs a stage that is won and one that is lost.',
      holds: ({ stages }) =>
        stages === undefined ||
        (stages.some(({ kind }) => kind === 'won') && stages.some(({ kind }) => kind === 'lost')),
    },
  ],
})

/** The stages in the order in which they are shown; equal orders by id, so that all devices agree. */
export function orderedStages(stages: readonly Stage[]): readonly Stage[] {
  return stages.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
}
