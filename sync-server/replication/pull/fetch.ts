import type { FetchAnswer, FetchRequest } from '#app/protocol/index.ts'
import type { Reader } from '../../store/contract.ts'
import { viewsInOrder } from '../view.ts'
import type { Viewer } from '../view.ts'

/** Documents by id, for healing and for links: a view each, or a tombstone. */
export async function fetchByIds(read: Reader, viewer: Viewer, request: FetchRequest): Promise<FetchAnswer> {
  const stored = await read.documents(request.collection, request.ids)
  const heads = await read.heads()
  return { documents: viewsInOrder(viewer, request.ids, stored, heads[request.collection].seq) }
}
