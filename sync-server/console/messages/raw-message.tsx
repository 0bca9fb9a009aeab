import { Stack, Text } from '@mantine/core'
import { lineOf } from './place.ts'
import styles from './message.module.css'

type RawMessageProps = {
  readonly lines: readonly string[]
  /** Null where it does not matter. */
  readonly encoding: string | null
  readonly place: string
}

/** The message as it came, a line a segment; the segment that the reason names is marked. */
export function RawMessage({ lines, encoding, place }: RawMessageProps) {
  const marked = lineOf(lines, place)
  return (
    <Stack gap="xs">
      <div className={styles.raw}>
        {lines.map((line, index) => (
          <div key={index} className={`${styles.line} ${index === marked ? styles.marked : ''}`}>
            <span className={styles.number}>{index + 1}</span>
            <span>{line}</span>
          </div>
        ))}
      </div>
      {encoding !== null && (
        <Text size="xs" c="dimmed">
          read as {encoding}
        </Text>
      )}
    </Stack>
  )
}
