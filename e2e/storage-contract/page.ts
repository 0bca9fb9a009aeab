import { newId } from '#app/kernel/index.ts'
import { openDexiePageStore, openEncryptedStorage } from '#renderer/replica/storage/index.ts'
import { storageContract } from '#renderer/replica/storage/rx/contract/index.ts'
import type { ContractCase } from '#renderer/replica/storage/rx/contract/index.ts'
import { stageOn } from '#renderer/replica/storage/rx/contract/stage-on.ts'
import { storageKeys } from '#renderer/replica/testing/storage-keys.ts'
import type { Outcome } from './outcome.ts'

// The contract in a real browser, over real IndexedDB. The outcomes stand in the page when all are known.

const keys = await storageKeys()
const outcomes: Outcome[] = []
for (const one of storageContract) outcomes.push({ name: one.name, problem: await problemOf(one) })
document.body.dataset['outcomes'] = JSON.stringify(outcomes)

async function problemOf({ run }: ContractCase): Promise<string | null> {
  const name = `contract-${newId()}`
  const replicaId = newId()
  const stage = await stageOn(async () => {
    const pageStore = await openDexiePageStore(name)
    const { rxStorage, close } = await openEncryptedStorage({ pageStore, replicaId, keys })
    return {
      rxStorage,
      async close() {
        await close()
        await pageStore.close()
      },
    }
  }, true)
  try {
    await run(stage)
    return null
  } catch (failure) {
    return failure instanceof Error ? failure.message : 'unknown'
  } finally {
    await stage.end()
  }
}
