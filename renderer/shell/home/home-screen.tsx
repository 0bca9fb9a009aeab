import { Text } from '@mantine/core'
import { useMemo } from 'react'
import { grantHolds } from '#app/access/index.ts'
import { instant, systemClock } from '#app/kernel/index.ts'
import { dayAt } from '#app/values/index.ts'
import { ErrorBoundary } from '#renderer/ui/feedback/error-boundary.tsx'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { localZone, weekdayText } from '#renderer/ui/format/when.ts'
import { useModules } from '../modules-context.tsx'
import { greeting } from './greeting.ts'
import classes from './home.module.css'

/** The first page: the cards that modules offer for the roles of whoever is at work. */
export function HomeScreen() {
  const { user, subject } = useReplica()
  const modules = useModules()
  const cards = useMemo(() => {
    const now = instant(systemClock)
    const held = new Set(subject.grants.filter((grant) => grantHolds(grant, now)).map((grant) => grant.role))
    const theirs = modules
      .flatMap(({ home }) => home)
      .filter(({ roles }) => roles.some((role) => held.has(role)))
    return theirs.toSorted((a, b) => Number(a.isSeldom ?? false) - Number(b.isSeldom ?? false))
  }, [modules, subject])
  const now = new Date()
  return (
    <div className={classes['page']}>
      <header>
        <h1 className={classes['title']}>
          {greeting(now.getHours())}, {user.name.split(' ')[0]}
        </h1>
        <Text c="dimmed">{weekdayText(dayAt(now.getTime(), localZone()))}</Text>
      </header>
      <div className={classes['cards']}>
        {cards.map(({ id, title, Card }) => (
          <section key={id} className={classes['card']} aria-label={title} data-card={id}>
            <h2 className={classes['cardTitle']}>{title}</h2>
            <ErrorBoundary>
              <Card />
            </ErrorBoundary>
          </section>
        ))}
      </div>
    </div>
  )
}
