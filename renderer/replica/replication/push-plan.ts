import type { CollectionName, Id, Reference } from '#app/kernel/index.ts'
import { isPending, isUnstored } from '../database/stored-document.ts'
import type { StoredDocument } from '../database/stored-document.ts'

// Which pending documents may be sent now. Pure. Invariants:
//
// - a document is sent only after all pending documents that it refers to were answered
// - documents that refer to each other in a circle are sent in one batch
// - a document that refers to a new document which the server refused is not sent: it is refused here
// - every pending document that is waited for is in the plan itself, so nothing waits for something that never comes

export type Pending = { readonly collection: CollectionName; readonly document: StoredDocument }

/** What is known of a document that another refers to. */
export type Replied = 'stored' | 'refused' | 'unanswered'

export type PlanView = {
  refers(pending: Pending): readonly Reference[]
  /** The document as it is on this device; its tombstone where it was here once. */
  find(collection: CollectionName, id: Id): (StoredDocument & { readonly _deleted?: boolean }) | undefined
  /** What the server said to an edit whose answer has not reached the document yet. */
  replied(edit: string): Replied
}

export type PushPlan = {
  /** To be sent in one request; parents stand before children. */
  readonly batch: readonly Pending[]
  readonly refused: readonly Pending[]
}

type Node = {
  readonly pending: Pending
  readonly parents: readonly Node[]
  order: number
  low: number
  onStack: boolean
  /** Set once its circle (mostly of one) is complete. */
  circle: Circle | undefined
}

type Circle = { readonly members: readonly Node[]; readonly refused: boolean; readonly ready: boolean }

export function planPush(waiting: readonly Pending[], view: PlanView, limit: number): PushPlan {
  const circles = findCircles(waiting, view)
  const refused = circles.filter((circle) => circle.refused).flatMap((circle) => circle.members)
  const batch: Pending[] = []
  for (const circle of circles) {
    if (circle.refused || !circle.ready) continue
    // A circle goes whole, even where it alone is larger than the limit.
    if (batch.length > 0 && batch.length + circle.members.length > limit) break
    batch.push(...circle.members.map((node) => node.pending))
  }
  return { batch, refused: refused.map((node) => node.pending) }
}

/** Tarjan's strongly connected components: parents' circles come out before their children's. */
function findCircles(waiting: readonly Pending[], view: PlanView): Circle[] {
  const nodes = new Map<string, Node>()
  const refusedParent = new Set<Node>()
  const circles: Circle[] = []
  const stack: Node[] = []
  let counter = 0
  for (const pending of waiting) nodes.set(keyOf(pending), newNode(pending))
  for (const node of nodes.values()) if (node.order === 0) visit(node)
  return circles

  function visit(node: Node): void {
    counter += 1
    node.order = counter
    node.low = counter
    node.onStack = true
    stack.push(node)
    for (const parent of connect(node)) {
      if (parent.order === 0) visit(parent)
      if (parent.onStack) node.low = Math.min(node.low, parent.low)
    }
    if (node.low === node.order) circles.push(closeCircle(node))
  }

  function connect(node: Node): readonly Node[] {
    const parents = node.parents as Node[]
    for (const reference of view.refers(node.pending)) {
      const answer = parentOf(reference)
      if (answer === 'refused') refusedParent.add(node)
      else if (answer !== null && answer !== node) parents.push(answer)
    }
    return parents
  }

  function parentOf({ collection, id }: Reference): Node | 'refused' | null {
    const document = view.find(collection, id)
    if (document === undefined) return null
    if (document._deleted === true) return isUnstored(document.rev) ? 'refused' : null
    if (!isPending(document)) return null
    const replied = view.replied(document.edit)
    if (replied === 'stored') return null
    if (replied === 'refused') return isUnstored(document.rev) ? 'refused' : null
    const pending = { collection, document }
    const node = nodes.get(keyOf(pending)) ?? newNode(pending)
    nodes.set(keyOf(pending), node)
    return node
  }

  function closeCircle(root: Node): Circle {
    const members = stack.splice(stack.indexOf(root))
    const outside = members.flatMap((node) => node.parents.filter((parent) => !members.includes(parent)))
    const circle: Circle = {
      members,
      refused:
        members.some((node) => refusedParent.has(node)) ||
        outside.some((parent) => parent.circle?.refused === true && isUnstored(parent.pending.document.rev)),
      ready: outside.length === 0,
    }
    for (const node of members) {
      node.onStack = false
      node.circle = circle
    }
    return circle
  }
}

function newNode(pending: Pending): Node {
  return { pending, parents: [], order: 0, low: 0, onStack: false, circle: undefined }
}

/** One state of one document. The newest pending state of a document stands for all that are waited for. */
function keyOf({ collection, document }: Pending): string {
  return `${collection}/${document.id}`
}
