import type { ReactNode } from 'react'
import { ListScreen } from '#renderer/ui/list/list-screen.tsx'
import { CreateScreen } from '#renderer/ui/record/create-screen.tsx'
import { EditScreen } from '#renderer/ui/record/edit-screen.tsx'
import type { Presentation, RecordView } from '#renderer/ui/record/presentation.ts'
import { RecordScreen } from '#renderer/ui/record/record-screen.tsx'
import type { ModuleScreens } from './ui-module.ts'

type Parts = Pick<ModuleScreens, 'section' | 'key'> & {
  /** Takes the place of the plain list. */
  readonly List?: ModuleScreens['List']
  readonly actions?: (view: RecordView) => ReactNode
  readonly notices?: (view: RecordView) => ReactNode
  readonly related?: (view: RecordView) => ReactNode
  readonly aside?: (view: RecordView) => ReactNode
}

/** The four screens of a module from its presentation, and from what it adds of its own. */
export function screensOf(presentation: Presentation, parts: Parts): ModuleScreens {
  const { section, key, List, actions, notices, related, aside } = parts
  return {
    section,
    key,
    List: List ?? (() => <ListScreen presentation={presentation} />),
    Record: ({ id }) => (
      <RecordScreen
        presentation={presentation}
        id={id}
        {...(actions === undefined ? {} : { actions })}
        {...(notices === undefined ? {} : { notices })}
        {...(related === undefined ? {} : { related })}
        {...(aside === undefined ? {} : { aside })}
      />
    ),
    Create: ({ given }) => <CreateScreen presentation={presentation} given={given} />,
    Edit: ({ id }) => <EditScreen presentation={presentation} id={id} />,
  }
}
