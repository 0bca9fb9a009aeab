import { Button, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useState } from 'react'
import { reportCalls } from '../../console-api/protocol/privacy/report-calls.ts'
import type { SignedReview } from '../../console-api/protocol/privacy/report-calls.ts'
import { Fault } from '../fault.tsx'
import { Moment } from '../moment.tsx'
import { useConsole, useConsoleChange, useMayCall } from '../session.tsx'
import { ActivityTable } from './activity-table.tsx'
import { instantsOf, lastMonth, Period } from './period.tsx'
import { SignReview } from './sign-review.tsx'

/** What everybody did in a period, looked through by somebody and signed. */
export function ActivityPage() {
  const ask = useConsoleChange('activity')
  const maySign = useMayCall('sign-activity-review')
  const [days, setDays] = useState(lastMonth)
  const request = reportCalls.activity.request.safeParse(instantsOf(days))
  return (
    <Stack>
      <Group align="end">
        <Period days={days} onChange={setDays} />
        <Button
          disabled={!request.success}
          loading={ask.isPending}
          onClick={() => request.success && ask.mutate(request.data)}
        >
          Show
        </Button>
        {!request.success && (
          <Text size="sm" c="red">
            Ninety-two days at most, the first before the last.
          </Text>
        )}
      </Group>
      <Fault fault={ask.error} />
      {ask.data !== undefined && (
        <>
          <Text size="sm">{ask.data.entries} entries of the audit.</Text>
          <ActivityTable rows={ask.data.rows} />
          {maySign && <SignReview key={ask.data.from} report={ask.data} />}
        </>
      )}
      <Reviews />
    </Stack>
  )
}

function Reviews() {
  const { data } = useConsole('activity-reviews', {})
  if (data === undefined) return null
  return (
    <section aria-label="Reviews">
      <Title order={5}>Signed reviews</Title>
      {data.reviews.length === 0 ? (
        <Text size="sm">No period was signed yet.</Text>
      ) : (
        <Table>
          <Table.Tbody>
            {data.reviews.map((review) => (
              <ReviewRow key={review.id} review={review} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  )
}

function ReviewRow({
  review: { from, until, entries, words, followUp, by, at },
}: {
  readonly review: SignedReview
}) {
  return (
    <Table.Tr>
      <Table.Td>
        {from.slice(0, 10)} – {new Date(Date.parse(until) - 1).toISOString().slice(0, 10)}
      </Table.Td>
      <Table.Td>{entries} entries</Table.Td>
      <Table.Td>
        {words}
        {followUp && (
          <Text size="xs" c="red">
            is followed up
          </Text>
        )}
      </Table.Td>
      <Table.Td>{by}</Table.Td>
      <Table.Td>
        <Moment at={at} />
      </Table.Td>
    </Table.Tr>
  )
}
