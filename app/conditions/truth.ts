/** Kleene's three values: what a hidden field says is not false, it is not known. */
export type Truth = true | false | 'unknown'

export function not(a: Truth): Truth {
  return a === 'unknown' ? a : !a
}

/** False as soon as one is false, whatever is not known. */
export function and(truths: Iterable<Truth>): Truth {
  let sum: Truth = true
  for (const truth of truths) {
    if (truth === false) return false
    if (truth === 'unknown') sum = truth
  }
  return sum
}

/** True as soon as one is true, whatever is not known. */
export function or(truths: Iterable<Truth>): Truth {
  let sum: Truth = false
  for (const truth of truths) {
    if (truth === true) return true
    if (truth === 'unknown') sum = truth
  }
  return sum
}
