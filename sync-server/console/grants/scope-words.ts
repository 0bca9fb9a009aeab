import { labelOf } from '#app/modules/shared/labels.ts'
import { isSensitivityScope } from '#app/kernel/index.ts'
import type { ConsoleAnswer } from '../../console-api/protocol/console.ts'

export type Choices = ConsoleAnswer<'grant-choices'>

/** A scope as people call it. */
export function scopeWords(scope: string, choices: Choices | undefined): string {
  if (scope === 'org') return 'Whole organisation'
  if (isSensitivityScope(scope)) return `May see: ${labelOf(scope.split(':')[1])}`
  return choices?.places.find((place) => place.scope === scope)?.name ?? scope
}

export function userName(id: string, choices: Choices | undefined): string {
  return choices?.users.find((user) => user.id === id)?.name ?? id
}
