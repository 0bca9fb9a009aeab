import { AppError, viewSchema } from '#app/kernel/index.ts'
import type { CollectionName } from '#app/kernel/index.ts'
import { moduleOfKind } from '#app/modules/index.ts'
import type { ViewOrTombstone, WireDocument } from '#app/protocol/index.ts'
import { isTombstone } from '../database/stored-document.ts'
import type { Table } from '../database/table.ts'

// What every view of the server passes before it is written here, whichever call it answers.

/** Those that this client can read. Of the others it is told why, and they are left out. */
export function readableViews(
  collection: CollectionName,
  views: readonly ViewOrTombstone[],
  onUnreadable: (failure: AppError) => void,
): readonly ViewOrTombstone[] {
  return views.filter((view) => {
    const failure = isTombstone(view) ? null : unreadable(collection, view)
    if (failure !== null) onUnreadable(failure)
    return failure === null
  })
}

/** Takes what is not here in any state; answers the rest, with which RxDB has to deal. */
export async function loadViews(
  table: Pick<Table, 'load'>,
  views: readonly ViewOrTombstone[],
): Promise<readonly ViewOrTombstone[]> {
  const left = await table.load(views.flatMap((view) => (isTombstone(view) ? [] : withoutEdit(view))))
  return [...left, ...views.filter(isTombstone)]
}

function withoutEdit(view: WireDocument): WireDocument {
  return view.edit === '' ? view : { ...view, edit: '' }
}

function unreadable(collection: CollectionName, view: WireDocument): AppError | null {
  const module = moduleOfKind(collection, view.kind)
  if (module === undefined) return new AppError('sync.unknown-kind', { kind: view.kind })
  const parsed = viewSchema(module).safeParse(view)
  if (parsed.success) return null
  const field = String(parsed.error.issues[0]?.path[0] ?? '')
  return new AppError('sync.invalid', { field, module: module.name })
}
