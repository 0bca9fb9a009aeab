import { Button, Checkbox, Group, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'
import { reportCalls } from '../../console-api/protocol/privacy/report-calls.ts'
import { Fault } from '../fault.tsx'
import { useConsoleChange } from '../session.tsx'

/** What was found in a period, under one's name. */
export function SignReview({ report: { from, until } }: { readonly report: ConsoleAnswer<'activity'> }) {
  const sign = useConsoleChange('sign-activity-review')
  const [words, setWords] = useState('')
  const [followUp, setFollowUp] = useState(false)
  const request = reportCalls['sign-activity-review'].request.safeParse({ from, until, words, followUp })
  if (sign.isSuccess) return <Text>Signed. It stands below.</Text>
  return (
    <section aria-label="Sign the review">
      <Textarea
        label="What you found"
        autosize
        minRows={2}
        maxLength={4000}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <Group justify="space-between" mt="xs">
        <Checkbox
          label="Something is to be followed up"
          checked={followUp}
          onChange={(event) => setFollowUp(event.currentTarget.checked)}
        />
        <Button
          disabled={!request.success}
          loading={sign.isPending}
          onClick={() => request.success && sign.mutate(request.data)}
        >
          Sign this review
        </Button>
      </Group>
      <Fault fault={sign.error} />
    </section>
  )
}
