import { Text } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './empty.module.css'

type EmptyProps = {
  readonly icon?: Icon
  readonly title: string
  /** What to do so that something is here. */
  readonly children?: ReactNode
}

/** Nothing to show, and what to do about it. */
export function Empty({ icon: Sign, title, children }: EmptyProps) {
  return (
    <div className={classes['empty']}>
      {Sign !== undefined && <Sign size={28} stroke={1.4} aria-hidden />}
      <Text fw={600}>{title}</Text>
      {children !== undefined && (
        <Text component="div" size="sm" c="dimmed" maw={440}>
          {children}
        </Text>
      )}
    </div>
  )
}
