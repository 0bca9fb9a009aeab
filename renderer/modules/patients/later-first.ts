import type { ModuleName, ViewOfModule } from '#app/modules/index.ts'

/** The newest first; what has no moment stands last. */
export function laterFirst<Name extends ModuleName>(
  momentOf: (view: ViewOfModule<Name>) => string | null | undefined,
): (a: ViewOfModule<Name>, b: ViewOfModule<Name>) => number {
  return (a, b) => {
    const [left, right] = [momentOf(a) ?? '', momentOf(b) ?? '']
    if (left === right) return 0
    return left < right ? 1 : -1
  }
}
