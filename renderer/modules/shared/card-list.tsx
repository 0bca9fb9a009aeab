import type { ReactNode } from 'react'
import classes from './card-list.module.css'

/** The lines of a card on the first page. */
export function CardList({ children }: { readonly children: ReactNode }) {
  return <ul className={classes['list']}>{children}</ul>
}

/** What a card has to say where it lists nothing. */
export function CardText({ children }: { readonly children: ReactNode }) {
  return <div className={classes['text']}>{children}</div>
}

type CardLineProps = { readonly lead?: ReactNode; readonly end?: ReactNode; readonly children: ReactNode }

export function CardLine({ lead, end, children }: CardLineProps) {
  return (
    <li className={classes['line']}>
      {lead !== undefined && <span className={classes['lead']}>{lead}</span>}
      <span className={classes['body']}>{children}</span>
      {end !== undefined && <span className={classes['end']}>{end}</span>}
    </li>
  )
}
