import { Badge, Tooltip } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { sensitivitiesAmong } from '#app/kernel/index.ts'
import type { Scope } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'

/** Says that the record is seen only by who has a right to what it tells of, and to what. */
export function SensitivityBadge({ scopes }: { readonly scopes: readonly Scope[] }) {
  const marks = sensitivitiesAmong(scopes)
  if (marks.length === 0) return null
  return (
    <Tooltip label="Sensitive: seen only by who was given a right to it. Don’t speak of it before others.">
      <Badge
        variant="light"
        color="grape"
        tt="none"
        fw={550}
        radius="sm"
        size="md"
        leftSection={<IconLock size={12} aria-hidden />}
      >
        Sensitive: {marks.map(labelOf).join(', ')}
      </Badge>
    </Tooltip>
  )
}
