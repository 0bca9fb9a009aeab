import { orderedStages } from '#app/modules/pipelines/index.ts'
import type { Stage } from '#app/modules/pipelines/index.ts'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { lineField } from '#renderer/ui/fields/line-field.tsx'
import { shownField } from '#renderer/ui/fields/shown-field.tsx'
import { toggleField } from '#renderer/ui/fields/toggle-field.tsx'
import { present } from '#renderer/ui/record/presentation.ts'

/** The way that opportunities go: seen as the columns of their board. */
export const pipelinesUi: UiModule<'pipelines'> = {
  name: 'pipelines',
  presentation: present({
    module: 'pipelines',
    fields: {
      name: lineField,
      stages: shownField<readonly Stage[]>((stages) =>
        orderedStages(stages)
          .map(({ name }) => name)
          .join(', '),
      ),
      currency: lineField,
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
