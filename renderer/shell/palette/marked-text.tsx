import type { Mark } from '#renderer/replica/contract.ts'
import classes from './palette.module.css'

/** A text with the parts that matched brought out. `marks` are in order and do not overlap. */
export function MarkedText({ text, marks }: { readonly text: string; readonly marks: readonly Mark[] }) {
  if (marks.length === 0) return text
  return marks.map(({ start, end }, at) => {
    const before = text.slice(marks[at - 1]?.end ?? 0, start)
    const after = at === marks.length - 1 ? text.slice(end) : ''
    return (
      <span key={start}>
        {before}
        <mark className={classes['mark']}>{text.slice(start, end)}</mark>
        {after}
      </span>
    )
  })
}
