import { filter } from 'rxjs'
import { AppError } from '#app/kernel/index.ts'
import type { Replica } from '#renderer/replica/index.ts'
import { DEMO_PASSWORD } from '#sync-server/seed/index.ts'

type Parts = {
  readonly replica: Replica
  /** What the console calls the device. */
  readonly label: string
  readonly wait: (milliseconds: number) => Promise<void>
  /** Each time that the server knows the computer again. */
  onIntroduced(): void
}

/** Between two attempts, in milliseconds. */
const BREATH = 200

/**
 * What a person does whose computer says that a restored server does not know it: they introduce it again, as often as it
 * takes. Returns what ends that, for who was shown out for good.
 */
export function introducedWhenForgotten({ replica, label, wait, onIntroduced }: Parts): () => void {
  let busy = false
  const forgotten = replica.status$.pipe(filter(({ problem }) => problem?.code === 'access.unknown-device'))
  const following = forgotten.subscribe(() => {
    if (!busy) void introduce()
  })
  return () => following.unsubscribe()

  async function introduce(): Promise<void> {
    busy = true
    try {
      await replica.introduce({ password: DEMO_PASSWORD, deviceLabel: label, host: 'browser' })
      onIntroduced()
    } catch (failure) {
      // A bad line, or somebody who may not sign in just now: the computer goes on saying it.
      if (!(failure instanceof AppError)) throw failure
      await wait(BREATH)
    } finally {
      busy = false
    }
  }
}
