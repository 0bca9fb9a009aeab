import { ActionIcon, Button, Select, Table, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'

export type Column<Row> = {
  readonly key: keyof Row & string
  readonly label: string
  /** What may be chosen; absent: text. */
  readonly options?: readonly { readonly value: string; readonly label: string }[]
}

type RowsEditorProps<Row> = {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly blank: Row
  onChange(rows: readonly Row[]): void
}

/** A small table whose order counts, edited in place. */
export function RowsEditor<Row extends Readonly<Record<string, string>>>(props: RowsEditorProps<Row>) {
  const { label, columns, rows, blank, onChange } = props
  return (
    <>
      <Table verticalSpacing={3} horizontalSpacing={4} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map((column) => (
              <Table.Th key={column.key}>{column.label}</Table.Th>
            ))}
            <Table.Th w={36} />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row, index) => (
            <Table.Tr key={index}>
              {columns.map((column) => (
                <Table.Td key={column.key}>
                  <Cell
                    column={column}
                    label={`${column.label}, row ${index + 1}`}
                    value={row[column.key] ?? ''}
                    onChange={(value) => onChange(rows.with(index, { ...row, [column.key]: value }))}
                  />
                </Table.Td>
              ))}
              <Table.Td>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  aria-label={`Remove row ${index + 1} of ${label}`}
                  onClick={() => onChange(rows.toSpliced(index, 1))}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Button
        size="compact-sm"
        variant="subtle"
        leftSection={<IconPlus size={14} />}
        onClick={() => onChange([...rows, blank])}
      >
        Add a row
      </Button>
    </>
  )
}

type CellProps<Row> = {
  readonly column: Column<Row>
  readonly label: string
  readonly value: string
  onChange(value: string): void
}

function Cell<Row>({ column, label, value, onChange }: CellProps<Row>) {
  if (column.options === undefined) {
    return (
      <TextInput
        size="xs"
        aria-label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  }
  return (
    <Select
      size="xs"
      aria-label={label}
      searchable
      data={column.options}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
    />
  )
}
