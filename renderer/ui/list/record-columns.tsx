import { titleOf } from '../data/titles.ts'
import { anyModule } from '../data/use-permission.ts'
import type { Lookup } from '../fields/field-view.ts'
import type { Presentation, RecordView } from '../record/presentation.ts'
import { StateBadge } from '../record/state-badge.tsx'
import { textOf } from '../table/row-filter.ts'
import type { TableColumn } from '../table/table-column.ts'
import { RecordTitleCell } from './record-title-cell.tsx'

const badges = new Set(['status', 'priority'])

/** The columns of a list: the record's title, then those fields of the presentation that the reader may see. */
export function recordColumns(
  presentation: Presentation,
  readable: ReadonlySet<string>,
  lookup: Lookup,
): readonly TableColumn<RecordView>[] {
  const module = anyModule(presentation.module)
  const { fields: views } = presentation
  const title: TableColumn<RecordView> = {
    id: 'title',
    header: module.label.one,
    track: 'minmax(180px, 2.2fr)',
    text: (row) => titleOf(presentation.module, row),
    order: (row) => titleOrder(presentation, row),
    cell: (row) => <RecordTitleCell module={presentation.module} view={row} />,
  }
  const fields = presentation.columns
    .filter(({ field }) => readable.has(field))
    .map(({ field, header, track, align, optional }): TableColumn<RecordView> => {
      const text = (row: RecordView) => textOf(row, field, { views, lookup })
      return {
        id: field,
        header: header ?? module.fields[field]?.label ?? field,
        track,
        ...(align === undefined ? {} : { align }),
        ...(optional === undefined ? {} : { optional }),
        text,
        order: (row) => orderOf(row[field], views[field]?.order) ?? (views[field]?.order ? null : text(row)),
        ...(badges.has(field) ? { cell: (row) => <StateBadge code={row[field]} text={text(row)} /> } : {}),
      }
    })
  return [title, ...fields]
}

/** People are sorted by family name, as the names field writes it. */
function titleOrder({ module, fields }: Presentation, row: RecordView): string {
  const names = row['names']
  return names === undefined ? titleOf(module, row) : (fields['names']?.text(names, () => '') ?? '')
}

function orderOf(
  value: unknown,
  order: ((value: unknown) => string | number | null) | undefined,
): string | number | null {
  return value === undefined || order === undefined ? null : order(value)
}
