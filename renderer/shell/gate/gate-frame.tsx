import { Badge, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import type { HostInfo } from '#app/host/index.ts'
import { Mark } from '../layout/mark.tsx'
import classes from './gate.module.css'

/** The quiet page around enrolment and lock screen. */
export function GateFrame({
  info,
  children,
}: {
  readonly info: HostInfo | null
  readonly children: ReactNode
}) {
  return (
    <main className={classes['page']}>
      <div className={classes['card']}>
        <header className={classes['brand']}>
          <Mark size={34} />
          <div>
            <Title order={1} size="h3">
              Rounds
            </Title>
            <Text size="sm" c="dimmed">
              Your patients and accounts, with or without a network.
            </Text>
          </div>
        </header>
        {children}
      </div>
      {info !== null && (
        <footer className={classes['foot']}>
          {info.kind === 'browser' && (
            <Badge variant="light" color="yellow" tt="none" radius="sm">
              browser host: synthetic data only
            </Badge>
          )}
          <Text size="xs" c="dimmed">
            Version {info.version}
          </Text>
        </footer>
      )}
    </main>
  )
}
