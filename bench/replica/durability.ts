/** The durability that the page's writes ask of the disk from now on: whoever writes them, ours or a peer. */
let current: IDBTransactionDurability = 'relaxed'

/** Everybody gets the same: none of the peers lets its user choose, and the browser's own choice has changed before. */
export function forceDurability(durability: IDBTransactionDurability): void {
  current = durability
}

const { transaction } = IDBDatabase.prototype

IDBDatabase.prototype.transaction = function forced(names, mode, options) {
  const asked = mode === 'readwrite' ? { ...options, durability: current } : options
  return transaction.call(this, names, mode, asked)
}
