import { Badge, Tabs, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { BoundedList } from './bounded-list.tsx'
import classes from './record-lists.module.css'

type ListTabProps = {
  readonly place: string
  readonly label: string
  readonly count: number
  readonly color: string
}

/** A tab that tells how much is behind it. */
export function ListTab({ place, label, count, color }: ListTabProps) {
  const badge = (
    <Badge size="sm" variant="light" color={color}>
      {count.toLocaleString()}
    </Badge>
  )
  return (
    <Tabs.Tab value={place} rightSection={count > 0 ? badge : null}>
      {label}
    </Tabs.Tab>
  )
}

type ListPanelProps<Item> = {
  readonly place: string
  readonly label: string
  readonly items: readonly Item[]
  /** What is said where there are none, and what it would take for one to be here. */
  readonly none: string
  readonly rowHeight?: number
  renderItem(item: Item): ReactNode
}

export function ListPanel<Item extends { readonly id: string }>(props: ListPanelProps<Item>) {
  const { place, label, items, none, rowHeight = 40, renderItem } = props
  return (
    <Tabs.Panel value={place}>
      {items.length === 0 ? (
        <Text size="sm" c="dimmed" className={classes['none'] ?? ''}>
          {none}
        </Text>
      ) : (
        <BoundedList
          label={label}
          items={items}
          rowHeight={rowHeight}
          keyOf={({ id }) => id}
          renderItem={renderItem}
        />
      )}
    </Tabs.Panel>
  )
}
