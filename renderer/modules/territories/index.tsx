import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { periodField } from '#renderer/ui/fields/period-field.tsx'
import { proseField } from '#renderer/ui/fields/prose-field.tsx'
import { territoryField } from '#renderer/ui/fields/reference-field.tsx'
import { sitesField } from '#renderer/ui/fields/references-field.tsx'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'
import { wordsField } from '#renderer/ui/fields/words-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'
import { assignmentsField } from './assignments-field.tsx'

const territoryPresentation = present({
  module: 'territories',
  fields: {
    name: lineField,
    code: lineField,
    parentId: territoryField,
    assignments: assignmentsField,
    siteIds: sitesField,
    postalCodes: wordsField,
    period: periodField,
    active: toggleField,
    note: proseField,
  },
  facts: ['code', 'parentId', 'siteIds'],
  sections: [
    { title: 'Territory', fields: ['name', 'code', 'parentId', 'assignments', 'note'] },
    { title: 'Where', fields: ['siteIds', 'postalCodes'] },
    { title: 'When', fields: ['period', 'active'] },
  ],
  columns: [
    { field: 'assignments', track: 'minmax(150px, 1fr)' },
    { field: 'siteIds', track: 'minmax(140px, 1fr)' },
    { field: 'code', track: '110px' },
    { field: 'active', track: '80px' },
  ],
  filters: ['active', 'siteIds'],
  sort: { field: 'name' },
})

export const territoriesUi: UiModule<'territories'> = {
  name: 'territories',
  presentation: territoryPresentation,
  home: [],
  screens: screensOf(territoryPresentation, { section: null, key: null }),
}
