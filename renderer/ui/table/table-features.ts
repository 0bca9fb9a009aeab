import { columnVisibilityFeature, metaHelper, rowSortingFeature, tableFeatures } from '@tanstack/react-table'

export type ColumnLayout = {
  /** A CSS grid track: `minmax(160px, 2fr)`. */
  readonly track: string
  readonly align: 'start' | 'end'
}

export const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  columnMeta: metaHelper<ColumnLayout>(),
})

export type Features = typeof features
