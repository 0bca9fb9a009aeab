import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { KeyboardEvent, ReactNode } from 'react'
import { drawnCards, STEP } from './drawn-cards.ts'
import { neighbour } from './neighbour.ts'
import classes from './board.module.css'

export type BoardColumn = {
  readonly id: string
  readonly title: string
  /** A word on what lies in it: a sum. */
  readonly note: string
}

type BoardProps<Card extends { readonly id: string }> = {
  readonly label: string
  readonly columns: readonly BoardColumn[]
  readonly cards: readonly Card[]
  columnOf(card: Card): string
  nameOf(card: Card): string
  movable(card: Card): boolean
  onMove(card: Card, columnId: string): void
  onOpen(card: Card): void
  children(card: Card): ReactNode
}

/**
 * Cards in columns. They move by dragging, or with Alt and the arrows; arrows alone move the focus, Enter opens. Moves are
 * told to screen readers.
 */
export function Board<Card extends { readonly id: string }>(props: BoardProps<Card>) {
  const { label, columns, cards, columnOf, nameOf, movable, onMove, onOpen, children } = props
  const [dragged, setDragged] = useState<string | null>(null)
  const [over, setOver] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const [moved, setMoved] = useState<{ readonly id: string } | null>(null)
  const board = useRef<HTMLDivElement>(null)
  const [most, setMost] = useState<Readonly<Record<string, number>>>({})
  const whole = columns.map((column) => cards.filter((card) => columnOf(card) === column.id))
  const grid = columns.map(({ id }, at) => drawnCards(whole[at] ?? [], most[id] ?? STEP, moved?.id))

  function move(card: Card, columnId: string): void {
    if (columnOf(card) === columnId || !movable(card)) return
    setSaid(`${nameOf(card)} moved to ${columns.find(({ id }) => id === columnId)?.title ?? ''}`)
    onMove(card, columnId)
    setMoved({ id: card.id })
  }

  // A card that changes its column is drawn anew; the focus goes with it.
  const place = moved === null ? -1 : grid.findIndex((column) => column.some(({ id }) => id === moved.id))
  useEffect(() => {
    if (moved !== null) focusCard(board.current, moved.id)
  }, [moved, place])

  function onKeyDown(event: KeyboardEvent, card: Card): void {
    if (event.target !== event.currentTarget) return
    if (event.key === 'Enter') return onOpen(card)
    const at = columns.findIndex(({ id }) => id === columnOf(card))
    if (event.altKey && (event.key === 'ArrowRight' || event.key === 'ArrowLeft')) {
      event.preventDefault()
      const column = columns[at + (event.key === 'ArrowRight' ? 1 : -1)]
      if (column !== undefined) move(card, column.id)
      return
    }
    const ids = grid.map((column) => column.map(({ id }) => id))
    const next = neighbour(ids, card.id, event.key)
    if (next === null) return
    event.preventDefault()
    focusCard(board.current, next)
  }

  function onDrop(columnId: string): void {
    const card = cards.find(({ id }) => id === dragged)
    setDragged(null)
    setOver(null)
    if (card !== undefined) move(card, columnId)
  }

  return (
    <div ref={board} className={classes['board']} role="group" aria-label={label}>
      {columns.map((column, at) => (
        <div
          key={column.id}
          className={classes['column']}
          data-column={column.id}
          data-over={over === column.id}
          onDragOver={(event) => {
            event.preventDefault()
            setOver(column.id)
          }}
          onDragLeave={() => setOver(null)}
          onDrop={() => onDrop(column.id)}
        >
          <section className={classes['section']} aria-label={column.title}>
            <header className={classes['head']}>
              <h2>
                {column.title} <span>{whole[at]?.length ?? 0}</span>
              </h2>
              <span>{column.note}</span>
            </header>
            <ul className={classes['cards']}>
              {grid[at]?.map((card) => (
                <li key={card.id}>
                  <div
                    className={classes['card']}
                    role="button"
                    tabIndex={0}
                    draggable={movable(card)}
                    data-card={card.id}
                    data-dragged={dragged === card.id}
                    onDragStart={() => setDragged(card.id)}
                    onDragEnd={() => setDragged(null)}
                    onClick={() => onOpen(card)}
                    onKeyDown={(event) => onKeyDown(event, card)}
                  >
                    {children(card)}
                  </div>
                </li>
              ))}
            </ul>
            <More
              count={(whole[at]?.length ?? 0) - (grid[at]?.length ?? 0)}
              onMore={() => setMost({ ...most, [column.id]: (most[column.id] ?? STEP) + STEP })}
            />
          </section>
        </div>
      ))}
      <div className={classes['said']} aria-live="polite">
        {said}
      </div>
    </div>
  )
}

type MoreProps = { readonly count: number; onMore(): void }

function More({ count, onMore }: MoreProps) {
  if (count <= 0) return null
  return (
    <Button variant="subtle" color="gray" size="compact-sm" onClick={onMore}>
      Show {Math.min(count, STEP)} of {count} more
    </Button>
  )
}

function focusCard(board: HTMLElement | null, id: string): void {
  board?.querySelector<HTMLElement>(`[data-card="${id}"]`)?.focus()
}
