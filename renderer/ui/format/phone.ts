/** A number as it is dialled, in groups where it is a North American one; any other stays as it was written. */
export function phoneText(value: string): string {
  const found = /^(?:\+?1[\s.-]?)?\(?([2-9]\d{2})\)?[\s.-]?(\d{3})[\s.-]?(\d{4})$/.exec(value.trim())
  return found === null ? value : `(${found[1]}) ${found[2]}-${found[3]}`
}
