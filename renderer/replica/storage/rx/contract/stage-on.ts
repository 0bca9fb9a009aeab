import type { RxStorage } from 'rxdb'
import { newId } from '#app/kernel/index.ts'
import { itemSchema } from './stage.ts'
import type { Instance, Item, Stage } from './stage.ts'

export type OpenStage = Stage & { end(): Promise<void> }

type OpenStorage<Internals, Options> = {
  readonly rxStorage: RxStorage<Internals, Options>
  close(): Promise<void>
}

/** A stage on any storage of RxDB. `keeps`: what it holds outlives its closing. */
export async function stageOn<Internals, Options extends object>(
  openStorage: () => Promise<OpenStorage<Internals, Options>>,
  keeps: boolean,
): Promise<OpenStage> {
  let storage = await openStorage()
  const open: Instance[] = []
  // RxDB's memory storage keeps what it holds by this name, in a map of the module.
  const databaseName = newId()

  async function closeAll(): Promise<void> {
    for (const instance of open.splice(0)) await instance.close()
    await storage.close()
  }

  return {
    async open(name = 'items', version = 0, schema = itemSchema(version)) {
      const instance: Instance = await storage.rxStorage.createStorageInstance<Item>({
        databaseInstanceToken: 'contract',
        databaseName,
        collectionName: name,
        schema,
        options: {} as Options,
        multiInstance: false,
        devMode: false,
      })
      open.push(instance)
      return instance
    },
    restart: keeps
      ? async () => {
          await closeAll()
          storage = await openStorage()
        }
      : null,
    end: closeAll,
  }
}
