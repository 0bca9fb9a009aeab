import type { UiModule } from '#renderer/shell/ui-module.ts'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { personField } from '#renderer/ui/fields/reference-field.tsx'
import { sitesField, territoriesField } from '#renderer/ui/fields/references-field.tsx'
import { telecomsField } from '#renderer/ui/fields/telecoms-field.tsx'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'

/** The directory is chosen from, by owner and assignee; the administrator's console changes it. */
export const peopleUi: UiModule<'people'> = {
  name: 'people',
  presentation: present({
    module: 'people',
    fields: {
      userId: personField,
      name: lineField,
      jobTitle: lineField,
      telecoms: telecomsField,
      siteIds: sitesField,
      territoryIds: territoriesField,
      active: toggleField,
    },
    facts: [],
    sections: [],
    columns: [],
    filters: [],
    sort: { field: 'name' },
  }),
  screens: null,
  home: [],
}
