import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fieldChanges } from './field-changes.ts'

const fields = fc.uniqueArray(fc.constantFrom('names', 'phone', 'address', 'status', 'notes'))
const records = fc.array(fc.record({ id: fc.uuid(), fields }), { maxLength: 40 })

it('names every field of every record that changed, and nothing of the others', () => {
  fc.assert(
    fc.property(records, (changed) => {
      const told = fieldChanges(changed).flatMap(({ ids, fields }) => ids.map((id) => ({ id, fields })))
      expect(told).toHaveLength(changed.filter((record) => record.fields.length > 0).length)
      for (const { id, fields } of changed) if (fields.length > 0) expect(told).toContainEqual({ id, fields })
    }),
  )
})

it('tells records alike together', () => {
  const alike = Array.from({ length: 500 }, (_, number) => ({
    id: String(number),
    fields: ['status', 'dueOn'],
  }))
  expect(fieldChanges(alike)).toEqual([{ ids: alike.map(({ id }) => id), fields: ['status', 'dueOn'] }])
})

it('stays of a bounded size, and loses no record and no field', () => {
  const many = Array.from({ length: 500 }, (_, number) => ({
    id: String(number),
    fields: Array.from(
      { length: 20 },
      (_, place) => `field${number % 7 === 0 ? place : number * 20 + place}`,
    ),
  }))
  const told = fieldChanges(many)
  expect(told.slice(0, -1).flatMap(({ fields }) => fields).length).toBeLessThanOrEqual(2_000)
  expect(told.flatMap(({ ids }) => ids).toSorted()).toEqual(many.map(({ id }) => id).toSorted())
  const last = told.at(-1)
  for (const { id, fields } of many)
    if (last?.ids.includes(id) === true) expect(last.fields).toEqual(expect.arrayContaining(fields))
})
