// The check of SNOMED CT identifiers: the dihedral group D5 (SNOMED CT TIG, "Check digit").

/** Multiplication in D5: rotations are 0 to 4, reflections 5 to 9. */
function times(a: number, b: number): number {
  const [turnA, turnB] = [a % 5, b % 5]
  if (a < 5) return b < 5 ? (turnA + turnB) % 5 : ((turnA + turnB) % 5) + 5
  return b < 5 ? ((turnA - turnB + 5) % 5) + 5 : (turnA - turnB + 5) % 5
}

/** One step of the permutation that Verhoeff chose; place n applies it n times. */
const step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4] as const

/** Whether a text of digits, the last of which is the check digit, passes Verhoeff's check. */
export function passesVerhoeff(digits: string): boolean {
  let check = 0
  for (let place = 0; place < digits.length; place += 1) {
    let digit = digits.charCodeAt(digits.length - 1 - place) - 48
    for (let turn = 0; turn < place % 8; turn += 1) digit = step[digit] ?? 0
    check = times(check, digit)
  }
  return check === 0
}
