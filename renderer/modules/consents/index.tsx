import { screensOf } from '#renderer/shell/module-screens.tsx'
import type { UiModule } from '#renderer/shell/ui-module.ts'
import { consentPresentation } from './presentation.ts'

export const consentsUi: UiModule<'consents'> = {
  name: 'consents',
  presentation: consentPresentation,
  home: [],
  screens: screensOf(consentPresentation, { section: null, key: null }),
}
