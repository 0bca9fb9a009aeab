import { keyWork } from './key-work.ts'
import type { KeyWork } from './key-work.ts'
import type { KeyAnswer, KeyQuestion } from './worker-runner.ts'

self.addEventListener('message', (event: MessageEvent<KeyQuestion>) => {
  void answer(event.data).then((message) => self.postMessage(message))
})

async function answer({ id, task, input }: KeyQuestion): Promise<KeyAnswer> {
  try {
    // The question was typed where it was asked; a task's input and its name come together.
    const work = keyWork[task] as (input: unknown) => ReturnType<KeyWork[typeof task]>
    return { id, ok: true, value: await work(input) }
  } catch {
    // Nothing of the failure is told: it could hold bytes of a key.
    return { id, ok: false }
  }
}
