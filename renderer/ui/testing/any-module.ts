import type { AnyModule } from '#app/kernel/index.ts'

/** A module without the types of its fields, as components that go over all fields take it. */
export function anyModuleOf(module: { readonly name: string }): AnyModule {
  return module as unknown as AnyModule
}
