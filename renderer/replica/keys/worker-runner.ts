import { AppError } from '#app/kernel/index.ts'
import type { KeyRunner, KeyWork } from './key-work.ts'

export type KeyTask = keyof KeyWork
export type KeyQuestion = { readonly id: number; readonly task: KeyTask; readonly input: unknown }
export type KeyAnswer =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false }

type Waiting = { resolve(value: unknown): void; reject(failure: Error): void }

/** Key work in a Worker of its own; `end` takes the Worker's memory with it. */
export const workerRunner: KeyRunner = () => {
  const worker = new Worker(new URL('./key-worker.ts', import.meta.url), { type: 'module', name: 'keys' })
  const waiting = new Map<number, Waiting>()
  let lastId = 0

  function rejectAll(): void {
    for (const { reject } of waiting.values()) reject(new AppError('internal', { place: 'key worker' }))
    waiting.clear()
  }
  worker.addEventListener('error', rejectAll)
  worker.addEventListener('message', (event: MessageEvent<KeyAnswer>) => {
    const task = waiting.get(event.data.id)
    waiting.delete(event.data.id)
    if (event.data.ok) task?.resolve(event.data.value)
    else task?.reject(new AppError('internal', { place: 'key work' }))
  })

  function run<Task extends KeyTask>(task: Task) {
    return (input: Parameters<KeyWork[Task]>[0]): ReturnType<KeyWork[Task]> => {
      const id = (lastId += 1)
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }))
      worker.postMessage({ id, task, input } satisfies KeyQuestion)
      // Both ends are compiled from `KeyWork`, and nothing else has the port.
      return answered as ReturnType<KeyWork[Task]>
    }
  }
  return {
    stretch: run('stretch'),
    measure: run('measure'),
    create: run('create'),
    open: run('open'),
    rewrap: run('rewrap'),
    addEpoch: run('addEpoch'),
    sealRecovery: run('sealRecovery'),
    recoveryKey: run('recoveryKey'),
    openRecovery: run('openRecovery'),
    sealEmergency: run('sealEmergency'),
    openEmergency: run('openEmergency'),
    end() {
      worker.terminate()
      rejectAll()
    },
  }
}
