// Expected failures are values; broken invariants throw.

export type Ok<T> = { readonly ok: true; readonly value: T }
export type Err<E> = { readonly ok: false; readonly error: E }
export type Result<T, E = AppErrorShape> = Ok<T> | Err<E>

/** What crosses a boundary: a code of the catalogue and facts that hold no PHI and no key. */
export type AppErrorShape = {
  readonly code: string
  readonly facts?: Readonly<Record<string, string | number | boolean>>
}

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value }
}

export function err<E>(error: E): Err<E> {
  return { ok: false, error }
}

/** Throws on a value that the type system says can't occur. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${typeof value}`)
}
