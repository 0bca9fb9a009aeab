import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { addressLines } from '#app/values/index.ts'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { choiceField } from '#renderer/ui/fields/choice-field.tsx'
import { identifiersField } from '#renderer/ui/fields/identifiers-field.tsx'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { roomField } from '#renderer/ui/fields/reference-field.tsx'
import { shownField } from '#renderer/ui/fields/shown-field.tsx'
import { telecomsField } from '#renderer/ui/fields/telecoms-field.tsx'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'

type Location = DataOfModule<'locations'>

/** Sites and rooms are chosen from; the administrator's console changes them. */
export const locationsUi: UiModule<'locations'> = {
  name: 'locations',
  presentation: present({
    module: 'locations',
    fields: {
      type: choiceField(modules.locations.fields.type),
      name: lineField,
      code: lineField,
      identifiers: identifiersField,
      parentId: roomField,
      zone: lineField,
      address: shownField<Location['address']>((address) =>
        address === null ? '' : addressLines(address).join(', '),
      ),
      telecoms: telecomsField,
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
