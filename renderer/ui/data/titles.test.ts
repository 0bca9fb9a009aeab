import { afterEach, expect, test } from 'vitest'
import { aPatient, Laptop } from '#renderer/replica/testing/replica-on-memory.ts'
import { newId } from '#app/kernel/index.ts'
import { liveTitles, titlesOnce } from './titles.ts'

let laptop: Laptop | undefined

afterEach(() => laptop?.close())

test('a name is there when it is asked for, and follows the record', async () => {
  laptop = new Laptop()
  const replica = await laptop.open()
  const { id } = await replica.create('patients', aPatient('Before'))
  const titles = liveTitles(replica)
  let renewals = 0
  titles.subscribe(() => (renewals += 1))
  const first = titles.lookup()
  expect(first('patients', id)).toContain('Before')
  expect(titles.lookup()).toBe(first)
  await replica.update('patients', id, { names: aPatient('After').names })
  await expect.poll(() => titles.lookup()('patients', id)).toContain('After')
  expect(titles.lookup()).not.toBe(first)
  expect(renewals).toBe(1)
})

test('a record that is not here has no name', async () => {
  laptop = new Laptop()
  const replica = await laptop.open()
  expect(liveTitles(replica).lookup()('patients', newId())).toBe('')
})

test('a name that is read once stays as it was', async () => {
  laptop = new Laptop()
  const replica = await laptop.open()
  const { id } = await replica.create('patients', aPatient('Before'))
  const lookup = titlesOnce(replica)
  expect(lookup('patients', id)).toContain('Before')
  await replica.update('patients', id, { names: aPatient('After').names })
  expect(lookup('patients', id)).toContain('Before')
  expect(titlesOnce(replica)('patients', id)).toContain('After')
})
