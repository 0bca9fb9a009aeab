import { relative, sep } from 'node:path'
import { forbidden } from './arrows.ts'

// Rules of the house that no built-in rule can express, as an oxlint plugin.

type Node = { readonly type: string }
type Source = Node & { readonly value?: unknown }
type Importing = Node & { readonly source?: Source | null }
type Call = Node & {
  readonly arguments: readonly Node[]
  readonly callee: Node & { readonly property?: Node & { readonly name?: string } }
}
type Context = {
  readonly cwd: string
  readonly filename: string
  report(finding: { node: Node; message: string }): void
}

/** The arrows between the rooms, for every form an import can take. */
const arrows = {
  create(context: Context) {
    const file = relative(context.cwd, context.filename).replaceAll(sep, '/')
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      TSImportType: check,
    }

    function check(node: Importing) {
      const specifier = node.source?.value
      if (typeof specifier !== 'string') return
      const why = forbidden(file, specifier)
      if (why !== null) context.report({ node, message: `${why} (build/lint/arrows.ts)` })
    }
  },
}

const removals: ReadonlySet<string> = new Set(['remove', 'incrementalRemove', 'bulkRemove'])

/**
 * `_deleted` means "not on this device"; a user's delete is the field `removedAt`. Documents take no argument in
 * `remove()`, and the storage below them, which has a `remove()` of its own, is let be.
 */
const noDocumentRemove = {
  create(context: Context) {
    return {
      CallExpression(node: Call) {
        const name = node.callee.property?.name
        if (name === undefined || !removals.has(name)) return
        if (name === 'remove' && node.arguments.length > 0) return
        context.report({ node, message: `.${name}() deletes for everybody: set removedAt, or evict` })
      },
    }
  },
}

export default {
  meta: { name: 'house' },
  rules: { arrows, 'no-document-remove': noDocumentRemove },
}
