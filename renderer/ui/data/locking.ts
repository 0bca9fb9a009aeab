let locking = false

/** From here on nothing may ask a person whether to stay: locking does not wait. */
export function beginLocking(): void {
  locking = true
}

export function isLocking(): boolean {
  return locking
}
