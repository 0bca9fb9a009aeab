/** Texts in parts: what all of them begin and end with, and what each has between. */
export type CommonText = { readonly begin: string; readonly end: string; readonly own: readonly string[] }

/** Of well-formed texts; the parts are, too. */
export function commonText(texts: readonly string[]): CommonText {
  let begin = texts[0] ?? ''
  for (const text of texts) {
    // Most begin alike: only where one does not is it worth a look at each letter.
    if (!text.startsWith(begin)) begin = begin.slice(0, lengthAlike(begin, text))
  }
  if (!begin.isWellFormed()) begin = begin.slice(0, -1)
  const rests = texts.map((text) => text.slice(begin.length))
  let end = rests[0] ?? ''
  for (const rest of rests) {
    if (!rest.endsWith(end)) end = end.slice(end.length - lengthAlikeAtEnd(end, rest))
  }
  if (!end.isWellFormed()) end = end.slice(1)
  return { begin, end, own: rests.map((rest) => rest.slice(0, rest.length - end.length)) }
}

function lengthAlike(a: string, b: string): number {
  let length = 0
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length += 1
  return length
}

function lengthAlikeAtEnd(a: string, b: string): number {
  let length = 0
  const most = Math.min(a.length, b.length)
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length += 1
  return length
}
