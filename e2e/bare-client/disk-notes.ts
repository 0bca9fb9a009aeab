import type { Told } from './told.ts'

/**
 * Tells when a transaction begins to remove something, and when it is through: a driver that wants to kill in the middle
 * has to know when that is. It looks at IndexedDB only, and changes nothing on the way.
 */
export function noteDisk(tell: (what: Told) => void): void {
  const seen = new WeakSet<IDBTransaction>()
  let last = 0
  const { delete: remove } = IDBObjectStore.prototype
  IDBObjectStore.prototype.delete = function noted(...given) {
    note(this.transaction)
    return remove.apply(this, given)
  }

  function note(transaction: IDBTransaction): void {
    if (seen.has(transaction)) return
    seen.add(transaction)
    const number = (last += 1)
    tell({ type: 'removing', transaction: number })
    for (const end of ['complete', 'abort'])
      transaction.addEventListener(end, () => tell({ type: 'settled', transaction: number }))
  }
}
