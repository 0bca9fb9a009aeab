import { Card, Group, SegmentedControl, Select, SimpleGrid, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { Fault } from '../fault.tsx'
import { stateWords } from '../message-words.tsx'
import { useConsole } from '../session.tsx'
import { Alerts } from './alerts.tsx'
import { Connections } from './connections.tsx'
import { FeedCard } from './feed-card.tsx'
import { TrafficChart } from './traffic-chart.tsx'
import { barsOf, durationWords, endedStates, slowest, totalsOf } from './traffic.ts'
import type { Ended } from './traffic.ts'

type Picture = ConsoleAnswer<'hl7-overview'>
const spans = { '1': '1 hour', '6': '6 hours', '24': '24 hours', '168': '7 days' } as const
type Span = keyof typeof spans
const hoursOf = { '1': 1, '6': 6, '24': 24, '168': 168 } as const

/** How the feeds are, and what wants somebody. */
export function FeedsPicture() {
  const [span, setSpan] = useState<Span>('6')
  const { data, error } = useConsole('hl7-overview', { hours: hoursOf[span] })
  if (data === undefined) return <Fault fault={error} />
  return (
    <Stack>
      <Fault fault={error} />
      <Alerts alerts={data.alerts} feeds={data.feeds} />
      <Traffic picture={data} span={span} onSpan={setSpan} />
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {data.feeds.map((feed) => (
          <FeedCard key={feed.id} feed={feed} picture={data} />
        ))}
        <Connections listener={data.listener} />
      </SimpleGrid>
      {data.feeds.length === 0 && <Text>No feed is set up.</Text>}
    </Stack>
  )
}

type TrafficProps = { readonly picture: Picture; readonly span: Span; onSpan(span: Span): void }

function Traffic({ picture, span, onSpan }: TrafficProps) {
  const [feedId, setFeedId] = useState<string | null>(null)
  const bars = barsOf(picture, feedId)
  const totals = totalsOf(bars)
  const own = picture.traffic.filter((one) => feedId === null || one.feedId === feedId)
  const p95 = slowest(own, picture.slownessBounds, 0.95)
  return (
    <Card withBorder>
      <Group justify="space-between" mb="sm">
        <Group gap="lg">
          <Figure label="came in" value={bars.reduce((sum, { total }) => sum + total, 0)} />
          {endedStates
            .filter((state) => state === 'applied' || totals[state] > 0)
            .map((state) => (
              <Figure key={state} label={stateWords[state].many} value={totals[state]} state={state} />
            ))}
          <Figure label="95 of 100 within" value={p95 === null ? '–' : durationWords(p95)} />
        </Group>
        <Group gap="sm">
          {picture.feeds.length > 1 && (
            <Select
              aria-label="Feed"
              size="xs"
              placeholder="All feeds"
              clearable
              data={picture.feeds.map(({ id, name }) => ({ value: id, label: name }))}
              value={feedId}
              onChange={setFeedId}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label="Time shown"
            data={Object.entries(spans).map(([value, label]) => ({ value, label }))}
            value={span}
            onChange={(value) => onSpan(value as Span)}
          />
        </Group>
      </Group>
      <TrafficChart bars={bars} stretch={picture.stretch} title={`Messages of the last ${spans[span]}`} />
    </Card>
  )
}

type FigureProps = { readonly label: string; readonly value: number | string; readonly state?: Ended }

function Figure({ label, value, state }: FigureProps) {
  const color = state === undefined ? undefined : stateWords[state].color
  return (
    <div>
      <Text size="xl" fw={600} lh={1.1} {...(color === undefined ? {} : { c: color })}>
        {typeof value === 'number' ? value.toLocaleString() : value}
      </Text>
      <Text size="xs" c="dimmed">
        {label}
      </Text>
    </div>
  )
}
