import { Progress, Text } from '@mantine/core'
import { useObservable } from '#renderer/ui/data/use-observable.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'

/** How far the local data lies under a new key; nothing while it is not being renewed. */
export function RotationProgress() {
  const rotation = useObservable(useReplica().rotation$)
  if (rotation.state === 'waiting' || rotation.value.phase === 'idle') return null
  const { done, total } = rotation.value
  const percent = total === 0 ? 100 : Math.floor((done / total) * 100)
  return (
    <div>
      <Text size="sm" mb={4}>
        The local data is being put under a new key: {percent} %. You can go on working.
      </Text>
      <Progress value={percent} size="sm" aria-label={`Renewing the key of the local data, ${percent} %`} />
    </div>
  )
}
