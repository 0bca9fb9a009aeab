import { markDeeds } from '../access/index.ts'
import { roles } from '../kernel/index.ts'
import type { AnyModule, Role } from '../kernel/index.ts'
import { allModules } from '../modules/index.ts'
import { cellOf, mayCreate, rolesOf } from './cells.ts'
import type { Cell } from './cells.ts'

const marks: Readonly<Record<Cell, string>> = { 'read and write': 'rw', read: 'r', nothing: '·' }

/** `docs/access-matrix.md`: every role, module, field and operation. */
export function accessMatrixDocument(): string {
  return [
    '# Who may do what',
    '',
    'Made by `npm run access-matrix` from the modules (`app/modules/*/index.ts`, `access`); a test fails when it is',
    'stale. `sync-server/access/access-matrix.test.ts` tries every cell at a running server, on both stores.',
    '',
    'A grant gives a role in a scope. Below is what the role may do with a record that its grants reach: one of them covers a',
    'place of the record (`org` covers all; a record of the scope `org` is reached from everywhere), and for each sensitivity of the',
    'record one of the same role covers it. Grants of several roles add up. Fields that are not named may be neither read nor',
    'written; what a reader may not see never leaves the server.',
    '',
    `Roles that no module admits: ${roles.filter((role) => allModules.every((module) => !rolesOf(module).includes(role))).join(', ')}.`,
    '',
    '## Modules',
    '',
    '`all`: reads, writes and makes them; `read`: reads every field; `part`: some fields, see below; `·`: does not know of them.',
    '',
    ...table(
      ['Module', ...roles],
      allModules.map((module) => [module.name, ...roles.map((role) => summary(module, role))]),
    ),
    '',
    '## Fields',
    '',
    '`rw`: reads and writes, `r`: reads, `·`: neither. The last line of each says who makes and removes a record.',
    ...allModules.flatMap(moduleSection),
    '',
    '## Marks of sensitivity',
    '',
    'At the console, of records of which a grant covers a place; the right to the sensitivity is not asked for. Feeds mark, too;',
    '`sync-server/privacy/marks/marks.test.ts` tries it at a running server.',
    '',
    ...table(
      ['Deed', ...roles],
      Object.entries(markDeeds).map(([deed, allowed]) => [
        deed,
        ...roles.map((role) => (allowed.some((one) => one === role) ? 'may' : '·')),
      ]),
    ),
    '',
  ].join('\n')
}

function summary(module: AnyModule, role: Role): string {
  const cells = Object.keys(module.fields).map((field) => cellOf(module, role, field))
  if (cells.every((cell) => cell === 'nothing')) return '·'
  if (cells.every((cell) => cell === 'read and write') && mayCreate(module, role)) return 'all'
  return cells.every((cell) => cell === 'read') && !mayCreate(module, role) ? 'read' : 'part'
}

function moduleSection(module: AnyModule): readonly string[] {
  const admitted = rolesOf(module)
  const rows = Object.entries(module.fields).map(([field, { phi }]) => [
    field,
    phi === 'none' ? '' : phi,
    ...admitted.map((role) => marks[cellOf(module, role, field)]),
  ])
  const making = ['**a record**', '', ...admitted.map((role) => (mayCreate(module, role) ? 'makes' : '·'))]
  return [
    '',
    `### ${module.label.many} (\`${module.name}\`)`,
    '',
    ...table(['Field', 'PHI', ...admitted], [...rows, making]),
  ]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}
