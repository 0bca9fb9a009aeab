import { Card, Text } from '@mantine/core'
import type { ReactNode } from 'react'

export function Panel({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Text size="xs" tt="uppercase" c="dimmed" mb={6}>
        {title}
      </Text>
      {children}
    </Card>
  )
}
