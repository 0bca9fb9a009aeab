import { ActionIcon, Button, Tooltip } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { FieldErrors } from './field-view.ts'
import classes from './fields.module.css'

type ItemListProps<Item> = {
  readonly label: string
  /** What one item is called: "Add phone number". */
  readonly one: string
  readonly items: readonly Item[]
  readonly required: boolean
  readonly errors: FieldErrors
  keyOf(item: Item): string
  blank(): Item
  onChange(items: readonly Item[]): void
  children(item: Item, change: (item: Item) => void, errorAt: (path: string) => string | undefined): ReactNode
}

/** The editor of a list of composed values: one frame an item, a button to add, one to take away. */
export function ItemList<Item>(props: ItemListProps<Item>) {
  const { label, one, items, required, errors, keyOf, blank, onChange, children } = props

  function replace(at: number, item: Item): void {
    onChange(items.map((old, index) => (index === at ? item : old)))
  }

  return (
    <fieldset className={classes['set']}>
      <legend className={classes['legend']}>
        {label}
        {required && ' *'}
      </legend>
      <div className={classes['items']}>
        {items.map((item, at) => (
          <div key={keyOf(item)} className={classes['item']}>
            <div className={classes['parts']}>
              {children(
                item,
                (changed) => replace(at, changed),
                (path) => errors.at(`${at}.${path}`),
              )}
            </div>
            <Tooltip label={`Remove ${one}`}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Remove ${one} ${at + 1}`}
                onClick={() => onChange(items.filter((_item, index) => index !== at))}
              >
                <IconX size={16} />
              </ActionIcon>
            </Tooltip>
          </div>
        ))}
        <div>
          <Button
            variant="subtle"
            size="compact-sm"
            leftSection={<IconPlus size={14} />}
            onClick={() => onChange([...items, blank()])}
          >
            Add {one}
          </Button>
        </div>
      </div>
      {errors.own !== undefined && <div className={classes['error']}>{errors.own}</div>}
    </fieldset>
  )
}
