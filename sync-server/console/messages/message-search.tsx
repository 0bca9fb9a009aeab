import { Button, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { ConsoleRequest } from '../../console-api/protocol/console.ts'
import { hl7SearchSchema, messageStates } from '../../console-api/protocol/hl7.ts'
import { Fault } from '../fault.tsx'
import { stateWords } from '../message-words.tsx'
import { useAsk, useConsole } from '../session.tsx'
import { MessageTable } from './message-table.tsx'

type Wanted = Omit<ConsoleRequest<'hl7-search'>, 'limit' | 'before'>
const PAGE = 50

/** Finds messages by what is no patient's: feed, state, type, control id, time. */
export function MessageSearch() {
  const [wanted, setWanted] = useState<Wanted>({})
  const overview = useConsole('hl7-overview', { hours: 1 })
  const feeds = new Map(overview.data?.feeds.map(({ id, name }) => [id, name]))
  const ask = useAsk()
  const { data, error, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery({
    queryKey: ['hl7-search', wanted],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam }) =>
      ask('hl7-search', { ...wanted, limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) }),
    getNextPageParam: ({ goOnBefore }) => goOnBefore,
  })
  const rows = data?.pages.flatMap(({ found }) => found) ?? []
  return (
    <Stack>
      <SearchForm feeds={feeds} onSearch={setWanted} />
      <Fault fault={error} />
      {data !== undefined && rows.length === 0 && (
        <Text size="sm" c="dimmed">
          {hasNextPage ? 'Nothing among the latest messages.' : 'No message fits.'}
        </Text>
      )}
      {rows.length > 0 && <MessageTable rows={rows} feeds={feeds} />}
      {hasNextPage && (
        <Group justify="center">
          <Button variant="default" loading={isFetching} onClick={() => void fetchNextPage()}>
            Look further back
          </Button>
        </Group>
      )}
    </Stack>
  )
}

type SearchFormProps = { readonly feeds: ReadonlyMap<string, string>; onSearch(wanted: Wanted): void }
const empty = { feedId: null, state: null, messageType: '', controlId: '', from: '', until: '' }
type Fields = { readonly [Name in keyof typeof empty]: string | null }

function SearchForm({ feeds, onSearch }: SearchFormProps) {
  const [fields, setFields] = useState<Fields>(empty)
  const read = readFields(fields)
  const set = (change: Partial<Fields>) => {
    const next = { ...fields, ...change }
    setFields(next)
    const wanted = readFields(next)
    if (wanted !== null) onSearch(wanted)
  }
  return (
    <Group align="end" gap="sm" component="search">
      <Select
        label="Feed"
        placeholder="any"
        clearable
        data={[...feeds].map(([value, label]) => ({ value, label }))}
        value={fields.feedId}
        onChange={(feedId) => set({ feedId })}
      />
      <Select
        label="State"
        w={160}
        placeholder="any"
        clearable
        data={messageStates.map((state) => ({ value: state, label: stateWords[state].many }))}
        value={fields.state}
        onChange={(state) => set({ state })}
      />
      <TextInput
        label="Type"
        placeholder="ADT or ADT^A08"
        w={150}
        value={fields.messageType ?? ''}
        onChange={(event) => set({ messageType: event.currentTarget.value.toUpperCase() })}
      />
      <TextInput
        label="Control ID"
        placeholder="all of it"
        w={150}
        value={fields.controlId ?? ''}
        onChange={(event) => set({ controlId: event.currentTarget.value })}
      />
      <TextInput
        type="datetime-local"
        label="From"
        value={fields.from ?? ''}
        onChange={(event) => set({ from: event.currentTarget.value })}
      />
      <TextInput
        type="datetime-local"
        label="Until"
        value={fields.until ?? ''}
        onChange={(event) => set({ until: event.currentTarget.value })}
      />
      {read === null && (
        <Text size="sm" c="dimmed">
          Go on typing
        </Text>
      )}
    </Group>
  )
}

/** Null while what was typed is not whole yet. */
function readFields(fields: Fields): Wanted | null {
  const given = Object.entries(fields).flatMap(([name, value]) => {
    if (value === null || value === '') return []
    const isTime = name === 'from' || name === 'until'
    return [[name, isTime ? new Date(value).toISOString() : value.trim()] as const]
  })
  const parsed = hl7SearchSchema.omit({ limit: true, before: true }).safeParse(Object.fromEntries(given))
  return parsed.success ? parsed.data : null
}
