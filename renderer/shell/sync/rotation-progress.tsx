import { Progress, Text } from '@mantine/core'
import { useObservable } from '#renderer/ui/data/use-observable.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'

const words = {
  key: { text: 'The local data is being put under a new key', label: 'Renewing the key of the local data' },
  version: {
    text: 'The local data is being brought to this version of Rounds',
    label: 'Bringing the local data up to date',
  },
} as const

/** How far the local data was written again; nothing while it is not. */
export function RotationProgress() {
  const rotation = useObservable(useReplica().rotation$)
  if (rotation.state === 'waiting' || rotation.value.phase === 'idle') return null
  const { why, done, total } = rotation.value
  const { text, label } = words[why]
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100)
  return (
    <div>
      <Text size="sm" mb={4}>
        {text}: {percent} %. You can go on working.
      </Text>
      <Progress value={percent} size="sm" aria-label={`${label}, ${percent} %`} />
    </div>
  )
}
