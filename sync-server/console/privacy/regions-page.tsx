import { Alert, Badge, Button, Group, Table, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { regionCalls } from '../../console-api/protocol/privacy/region-calls.ts'
import type { SiteRegion } from '../../console-api/protocol/privacy/region-calls.ts'
import { Fault } from '../fault.tsx'
import { useConsole, useConsoleChange } from '../session.tsx'

/** Where each site's data lives, and whether this server takes it. */
export function RegionsPage() {
  const { data, error } = useConsole('site-regions', {})
  if (data === undefined) return <Fault fault={error} />
  const misplaced = data.sites.filter(({ isServed, documents }) => !isServed && documents > 0)
  return (
    <>
      <Text size="sm" mb="md">
        {data.served === null
          ? 'This server takes the data of every region (ROUNDS_REGIONS is not set).'
          : `This server takes the data of ${data.served.join(', ')}. What names a site of another region, or of none, is refused.`}
      </Text>
      {misplaced.length > 0 && (
        <Alert color="red" mb="md" role="status">
          Documents of a region that is not served lie here: {misplaced.map(({ name }) => name).join(', ')}.
        </Alert>
      )}
      <Table>
        <Table.Thead>
          <Table.Tr>
            {['Site', 'Region', 'Documents here', ''].map((label) => (
              <Table.Th key={label}>{label}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.sites.map((site) => (
            <SiteRow key={site.id} site={site} />
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}

function SiteRow({ site: { id, name, region, isServed, documents } }: { readonly site: SiteRegion }) {
  const put = useConsoleChange('put-site')
  const [wanted, setWanted] = useState('')
  const request = regionCalls['put-site'].request.safeParse({ siteId: id, region: wanted })
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>
        {region ?? 'none'}{' '}
        <Badge color={isServed ? 'green' : 'red'}>{isServed ? 'served here' : 'refused here'}</Badge>
      </Table.Td>
      <Table.Td>{documents}</Table.Td>
      <Table.Td>
        <Group gap="xs">
          <TextInput
            size="xs"
            aria-label={`Region of ${name}`}
            placeholder="us-east"
            value={wanted}
            onChange={(event) => setWanted(event.currentTarget.value.trim())}
          />
          <Button
            size="compact-sm"
            variant="default"
            disabled={!request.success}
            loading={put.isPending}
            onClick={() => request.success && put.mutate(request.data)}
          >
            Put it there
          </Button>
        </Group>
        <Fault fault={put.error} />
      </Table.Td>
    </Table.Tr>
  )
}
