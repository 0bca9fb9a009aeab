import { CompiledQuery } from 'kysely'
import { expect, test } from 'vitest'
import type { RowInsert, Statement } from './dialect.ts'
import { manyRows, renumbered } from './many-rows.ts'

/** A statement that was built already. */
function built(sql: string): () => Statement {
  return () => ({ ...CompiledQuery.raw(sql), compile: () => CompiledQuery.raw(sql) }) as unknown as Statement
}

function insert(name: string, sql: string, values: RowInsert['values']): RowInsert {
  return { name, row: built(sql), values }
}

test('the row of a statement is repeated, and its parameters counted on', () => {
  const sql = 'insert into "t" ("a", "b") values ($1, $2) on conflict ("a") do update set "b" = excluded."b"'
  expect(
    manyRows(
      insert('one', sql, [
        ['x', 1],
        ['y', 2],
      ]),
    ),
  ).toEqual([
    {
      sql: 'insert into "t" ("a", "b") values ($1, $2), ($3, $4) on conflict ("a") do update set "b" = excluded."b"',
      parameters: ['x', 1, 'y', 2],
    },
  ])
})

test('brackets within the row are part of it', () => {
  const sql = 'update t set a = e.b from (values (cast($1 as bigint), cast($2 as text))) as e where t.k = e.c'
  const [text] = manyRows(
    insert('two', sql, [
      [1, 'x'],
      [2, 'y'],
    ]),
  )
  expect(text?.sql).toContain(
    '(cast($1 as bigint), cast($2 as text)), (cast($3 as bigint), cast($4 as text))) as e',
  )
})

test('more rows than one statement bears become several, in order', () => {
  const rows = Array.from({ length: 10_000 }, (_, index) => [index])
  const texts = manyRows(insert('three', 'insert into t (a) values ($1)', rows))
  expect(texts.length).toBeGreaterThan(1)
  expect(texts.flatMap(({ parameters }) => parameters)).toEqual(rows.flat())
  expect(manyRows(insert('three', 'insert into t (a) values ($1)', []))).toEqual([])
})

test('what has parameters beside its row is refused, since they would be counted wrong', () => {
  for (const sql of [
    'insert into t (a) values ($1) where $2',
    'insert into t (a) values ($2, $1)',
    'delete from t',
  ]) {
    expect(() => manyRows(insert(sql, sql, [['x', 'y']]))).toThrow('not a statement for one row')
  }
  expect(renumbered('a = $1 and b = $12', 3)).toBe('a = $4 and b = $15')
})
