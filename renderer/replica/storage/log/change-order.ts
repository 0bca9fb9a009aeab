/**
 * Which documents were written, in the order of their last write: what replication asks for. The numbers are the
 * log's own and lie on the disk with each version; no clock has a part in it.
 */
export type ChangeOrder = {
  /** Orders must be added in rising order. */
  add(id: string, order: number): void
  /** The next documents after `order`, the earliest change first. */
  since(order: number, limit: number): { readonly ids: string[]; readonly order: number }
}

/** `current` tells the order of a document's last visible write, undefined where there is none. */
export function changeOrder(current: (id: string) => number | undefined): ChangeOrder {
  let ids: string[] = []
  let orders: number[] = []
  let sizeWhenSwept = 0

  /** Entries of replaced versions stay behind; they go when they are the greater part. */
  function sweep(): void {
    if (ids.length < 2 * sizeWhenSwept + 1024) return
    const alive = ids.map((id, at) => current(id) === orders[at])
    ids = ids.filter((_, at) => alive[at])
    orders = orders.filter((_, at) => alive[at])
    sizeWhenSwept = ids.length
  }

  return {
    add(id, order) {
      sweep()
      ids.push(id)
      orders.push(order)
    },
    since(order, limit) {
      const found: string[] = []
      let reached = order
      for (let at = firstAfter(orders, order); at < ids.length && found.length < limit; at += 1) {
        const id = ids[at]
        const itsOrder = orders[at]
        if (id === undefined || itsOrder === undefined || current(id) !== itsOrder) continue
        found.push(id)
        reached = itsOrder
      }
      return { ids: found, order: reached }
    },
  }
}

/** The position of the first number above `order` in a rising list. */
function firstAfter(orders: readonly number[], order: number): number {
  let low = 0
  let high = orders.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((orders[middle] ?? 0) > order) high = middle
    else low = middle + 1
  }
  return low
}
