import { ActionIcon, Button, Select, Table, TextInput } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'

type Option = { readonly value: string; readonly label: string }

export type Column<Row> = {
  readonly key: keyof Row & string
  readonly label: string
  /** What may be chosen, in a row; absent: text. */
  readonly options?: readonly Option[] | ((row: Row) => readonly Option[])
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
                    options={optionsOf(column, row)}
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

function optionsOf<Row>({ options }: Column<Row>, row: Row): readonly Option[] | undefined {
  return typeof options === 'function' ? options(row) : options
}

type CellProps = {
  readonly options: readonly Option[] | undefined
  readonly label: string
  readonly value: string
  onChange(value: string): void
}

function Cell({ options, label, value, onChange }: CellProps) {
  if (options === undefined) {
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
      data={options}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
    />
  )
}
