import { expect, it } from 'vitest'
import { drawnCards } from './drawn-cards.ts'

const cards = ['a', 'b', 'c', 'd'].map((id) => ({ id }))
const ids = (most: number, moved?: string) => drawnCards(cards, most, moved).map(({ id }) => id)

it('draws the first cards of a column, and the one that was moved there', () => {
  expect(ids(2)).toEqual(['a', 'b'])
  expect(ids(2, 'd')).toEqual(['a', 'b', 'd'])
  expect(ids(2, 'a')).toEqual(['a', 'b'])
  expect(ids(4, 'gone')).toEqual(['a', 'b', 'c', 'd'])
})
