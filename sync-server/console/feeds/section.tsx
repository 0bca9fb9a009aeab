import { Card, Text } from '@mantine/core'
import type { ReactNode } from 'react'

type SectionProps = {
  readonly title: string
  readonly problem: string | undefined
  readonly children: ReactNode
}

/** Some of the settings, and what is wrong with them. */
export function Section({ title, problem, children }: SectionProps) {
  return (
    <Card withBorder component="section" aria-label={title}>
      <Text size="sm" fw={600} mb="xs">
        {title}
      </Text>
      {children}
      {problem !== undefined && (
        <Text size="sm" c="red" mt="xs" role="alert">
          {problem}
        </Text>
      )}
    </Card>
  )
}
