import { filter, firstValueFrom } from 'rxjs'
import { expect, test } from 'vitest'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { SearchState } from '../contract.ts'
import { aCase, aPatient } from '../testing/replica-on-memory.ts'
import { aDocument, HandFilledTable } from '../testing/searched-table.ts'
import { SearchIndex } from './search-index.ts'

const many = Array.from({ length: 2000 }, (_, number) =>
  aDocument(modules.cases, aCase(`Ride number ${number}`)),
)

function whole(index: SearchIndex): Promise<SearchState> {
  return firstValueFrom(index.state$.pipe(filter(({ isWhole }) => isWhole)))
}

test('following reads nothing; an impatient question is answered from what is read in, and says so', async () => {
  const index = new SearchIndex()
  index.follow('cases', new HandFilledTable(many))
  expect(index.state()).toEqual({ isWhole: false, records: 0 })
  const some = index.search('ride', { patience: 'frame', limit: 5000 }).length
  expect(some).toBeGreaterThan(0)
  expect(some).toBeLessThan(many.length)
  expect(index.state().isWhole).toBe(false)
  expect(await whole(index)).toEqual({ isWhole: true, records: many.length })
  expect(index.search('ride', { patience: 'frame', limit: 5000 })).toHaveLength(many.length)
})

test('a patient question reads in what it asks for, and only that', () => {
  const index = new SearchIndex()
  index.follow('cases', new HandFilledTable(many))
  index.follow('patients', new HandFilledTable([aDocument(modules.patients, aPatient('Rider'))]))
  expect(index.search('ride', { modules: ['patients'] })).toHaveLength(1)
  expect(index.state().records).toBe(1)
  expect(index.search('ride', { limit: 5000 })).toHaveLength(many.length + 1)
})

test('answers are not whole while a collection is still to come', async () => {
  const index = new SearchIndex({ expected: ['patients', 'cases'] })
  index.follow('patients', new HandFilledTable([aDocument(modules.patients, aPatient('First'))]))
  expect(index.search('first')).toHaveLength(1)
  expect(index.state().isWhole).toBe(false)
  index.follow('cases', new HandFilledTable(many))
  expect((await whole(index)).records).toBe(many.length + 1)
})

test('what changes is found in its new form only, at once', () => {
  const table = new HandFilledTable(many)
  const index = new SearchIndex()
  index.follow('cases', table)
  const [first] = many
  if (first === undefined) throw new Error('no record')
  expect(index.search('number 0', { limit: 5000 }).map(({ id }) => id)).toContain(first.id)
  table.put({ ...first, subject: 'Stretcher' })
  expect(index.search('stretcher', { patience: 'frame' }).map(({ id }) => id)).toEqual([first.id])
  expect(index.search('ride', { limit: 5000 })).toHaveLength(many.length - 1)
  table.drop(first.id)
  expect(index.search('stretcher')).toEqual([])
})

test('what has just come is read in as it came, and of a long load only the end is asked for once more', async () => {
  const asked = new Set<string>()
  const table = new (class extends HandFilledTable {
    override get(id: Id) {
      asked.add(id)
      return super.get(id)
    }
  })()
  const index = new SearchIndex()
  index.follow('cases', table)
  const load = Array.from({ length: 9000 }, (_, number) => aDocument(modules.cases, aCase(`Load ${number}`)))
  for (let at = 0; at < load.length; at += 1000) table.put(...load.slice(at, at + 1000))
  expect((await whole(index)).records).toBe(load.length)
  expect(load.findIndex(({ id }) => asked.has(id))).toBeGreaterThan(8000)
  expect(index.search('8999').map(({ id }) => id)).toEqual([load.at(-1)?.id])
})

test('after closing nothing is found and nothing is read in any more', async () => {
  const table = new HandFilledTable(many)
  const index = new SearchIndex()
  index.follow('cases', table)
  expect(index.search('ride')).not.toEqual([])
  index.close()
  table.put(...many.slice(0, 3))
  await new Promise((resolve) => setTimeout(resolve, 20))
  // A table that is read only now, since the replica was locked meanwhile.
  index.follow('cases', new HandFilledTable(many))
  expect(index.search('ride')).toEqual([])
  expect(index.state().records).toBe(0)
})

test('no module crowds out the others', () => {
  const index = new SearchIndex()
  index.follow('cases', new HandFilledTable(many))
  index.follow('patients', new HandFilledTable([aDocument(modules.patients, aPatient('Rider'))]))
  const found = index.search('ride', { limit: 10, perModule: 5 }).map(({ module }) => module)
  expect(found).toEqual(['cases', 'cases', 'cases', 'cases', 'cases', 'patients'])
  expect(index.search('ride', { limit: 3 })).toHaveLength(3)
})
