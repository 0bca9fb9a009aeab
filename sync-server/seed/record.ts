import { blankOf, idAt } from '#app/kernel/index.ts'
import type { AnyModule, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule, ModuleName } from '#app/modules/index.ts'
import type { Random } from './random.ts'

/** One record as a person would have made it: its id, its fields, and who made it when. */
export type SeedRecord<Name extends ModuleName = ModuleName> = Name extends ModuleName
  ? {
      readonly module: Name
      readonly id: Id
      readonly data: DataOfModule<Name>
      readonly createdBy: Id
      readonly createdAt: string
    }
  : never

export type Origin = { readonly random: Random; readonly by: Id; readonly at: number; readonly id?: Id }

/** A record of a module: what is not given is blank. */
export function record<Name extends ModuleName>(
  module: Name,
  { random, by, at, id }: Origin,
  data: Partial<DataOfModule<Name>>,
): SeedRecord<Name> {
  const definition: AnyModule = modules[module]
  const made = {
    module,
    id: id ?? idAt(at, random.bytes(16)),
    data: { ...blankOf(definition), ...data },
    createdBy: by,
    createdAt: new Date(at).toISOString(),
  }
  // `blankOf` fills what `data` leaves out; the tests check every record against its module's schema.
  return made as unknown as SeedRecord<Name>
}
