import { ActionIcon, Menu, Tooltip } from '@mantine/core'
import { IconCheck, IconColumns3 } from '@tabler/icons-react'

type ColumnMenuProps = {
  readonly columns: readonly { readonly id: string; readonly header: string }[]
  readonly hidden: Readonly<Record<string, boolean>>
  onChange(hidden: Readonly<Record<string, boolean>>): void
}

/** Which columns are shown; the first always is. */
export function ColumnMenu({ columns, hidden, onChange }: ColumnMenuProps) {
  return (
    <Menu position="bottom-end" closeOnItemClick={false}>
      <Menu.Target>
        <Tooltip label="Columns">
          <ActionIcon variant="subtle" color="gray" aria-label="Columns">
            <IconColumns3 size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {columns.slice(1).map(({ id, header }) => (
          <Menu.Item
            key={id}
            role="menuitemcheckbox"
            aria-checked={hidden[id] !== true}
            leftSection={<IconCheck size={14} visibility={hidden[id] === true ? 'hidden' : 'visible'} />}
            onClick={() => onChange({ ...hidden, [id]: hidden[id] !== true })}
          >
            {header}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
