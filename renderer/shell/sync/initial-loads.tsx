import { Progress, Text, Title } from '@mantine/core'
import { Fragment } from 'react'
import { labelOf } from '#app/modules/shared/labels.ts'
import type { InitialLoad } from '#renderer/replica/contract.ts'
import classes from './sync-centre.module.css'

/** How far the first load of each collection is, in the order in which they come. */
export function InitialLoads({ loads }: { readonly loads: readonly InitialLoad[] }) {
  return (
    <section aria-label="First load">
      <Title order={2} size="h5" mb="xs">
        First load
      </Title>
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
              {loaded} of {total}
            </Text>
          </Fragment>
        ))}
      </div>
    </section>
  )
}
