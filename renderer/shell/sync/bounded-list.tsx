import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { ReactNode } from 'react'
import classes from './bounded-list.module.css'

type BoundedListProps<Item> = {
  /** Names the list to screen readers. */
  readonly label: string
  readonly items: readonly Item[]
  /** About how high a row is, in pixels; each is measured once it is drawn. */
  readonly rowHeight: number
  keyOf(item: Item): string
  renderItem(item: Item): ReactNode
}

/** A list of any length in a space of its own: only the rows in sight are drawn, however high each is. */
export function BoundedList<Item>({ label, items, rowHeight, keyOf, renderItem }: BoundedListProps<Item>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => {
      const item = items[index]
      return item === undefined ? index : keyOf(item)
    },
    overscan: 6,
  })
  return (
    <div ref={scroller} className={classes['scroller']}>
      <ul aria-label={label} className={classes['rows']} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const item = items[index]
          if (item === undefined) return null
          return (
            <li
              key={keyOf(item)}
              ref={virtual.measureElement}
              data-index={index}
              aria-setsize={items.length}
              aria-posinset={index + 1}
              className={classes['row']}
              style={{ transform: `translateY(${start}px)` }}
            >
              {renderItem(item)}
            </li>
          )
        })}
      </ul>
    </div>
  )
}
