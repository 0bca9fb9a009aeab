import type { AnyDocument, Id } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Replica } from '#renderer/replica/contract.ts'

type Data = Readonly<Record<string, unknown>>

// The shared components know the module by name only; the replica validates every value against its schema.

export async function createRecord(replica: Replica, module: ModuleName, data: Data): Promise<AnyDocument> {
  return await replica.create(module, data as never)
}

export async function updateRecord(
  replica: Replica,
  module: ModuleName,
  id: Id,
  change: Data,
  seen: Data,
): Promise<AnyDocument> {
  return await replica.update(module, id, change as never, seen as never)
}
