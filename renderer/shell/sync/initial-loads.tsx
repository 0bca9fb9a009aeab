import { Progress, Text, Title } from '@mantine/core'
import { Fragment } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { InitialLoad, LoadEstimate } from '#renderer/replica/contract.ts'
import { estimateText } from './load-words.ts'
import classes from './sync-centre.module.css'

type InitialLoadsProps = {
  readonly loads: readonly InitialLoad[]
  readonly estimate: LoadEstimate | null
}

/** How far the first load of each collection is, in the order in which they come. */
export function InitialLoads({ loads, estimate }: InitialLoadsProps) {
  return (
    <section aria-label="First load">
      <Title order={2} size="h5" mb={4}>
        First load
      </Title>
      <Text size="sm" c="dimmed" mb="xs" data-load-estimate>
        {estimate === null ? 'Asking the server how much there is to load.' : estimateText(estimate)}
      </Text>
      <div className={classes['loads']}>
        {loads.map(({ collection, loaded, total }) => (
          <Fragment key={collection}>
            <Text size="sm">{labelOf(collection)}</Text>
            <Progress
              value={total === 0 ? 100 : (loaded / total) * 100}
              size="sm"
              aria-label={`${labelOf(collection)}: ${loaded} of ${total}`}
            />
            <Text size="sm" c="dimmed" ta="end">
              {loaded.toLocaleString()} of {total.toLocaleString()}
            </Text>
          </Fragment>
        ))}
      </div>
    </section>
  )
}
