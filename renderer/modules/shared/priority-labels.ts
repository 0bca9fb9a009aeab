/** How soon, in the words of a front desk. */
export const priorityLabels = { asap: 'As soon as possible', stat: 'At once' } as const
