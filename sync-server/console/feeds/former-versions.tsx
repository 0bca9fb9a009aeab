import { Group, Stack, Text } from '@mantine/core'
import type { Json } from '#app/kernel/index.ts'
import type { FeedPage } from '../../console-api/protocol/hl7.ts'
import { Moment } from '../moment.tsx'
import { Panel } from '../panel.tsx'

/** Who changed what, latest first. A setting takes effect with the next message. */
export function FormerVersions({ page: { former, settings } }: { readonly page: FeedPage }) {
  const later = [settings, ...former.map((one) => one.settings)]
  return (
    <Panel title="Earlier versions">
      <Stack gap={6}>
        {former.length === 0 && (
          <Text size="sm" c="dimmed">
            These are the first settings.
          </Text>
        )}
        {former.map((one, index) => (
          <Group key={one.version} gap={6}>
            <Text size="sm">
              version {one.version + 1} by {one.replaced.by}
            </Text>
            <Moment at={one.replaced.at} />
            <Text size="sm" c="dimmed">
              {changedSettings(one.settings, later[index] ?? null).join(', ')}
            </Text>
          </Group>
        ))}
      </Stack>
    </Panel>
  )
}

function changedSettings(before: Json, after: Json): string[] {
  if (!isObject(before) || !isObject(after)) return []
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names.filter((name) => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null))
}

function isObject(value: Json): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
