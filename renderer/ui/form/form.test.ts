import { describe, expect, it } from 'vitest'
import { blankOf, newId } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { anyModuleOf } from '../testing/any-module.ts'
import { blankEnvelope } from '../testing/envelope.ts'
import { changedData, tidied } from './form-data.ts'
import { errorsOf, fieldsWithErrors, findErrors } from './form-errors.ts'

function draft(module: keyof typeof modules, data: Record<string, unknown>): AnyDocument {
  return {
    ...blankEnvelope(newId(), modules[module].kind),
    ...blankOf(anyModuleOf(modules[module])),
    ...data,
  }
}

function errors(module: keyof typeof modules, data: Record<string, unknown>) {
  const definition = anyModuleOf(modules[module])
  return findErrors(definition, draft(module, data), Object.keys(definition.fields))
}

describe('errors of a form', () => {
  it('come from the schema, at the place they are about', () => {
    const found = errors('contacts', {
      names: [{ key: newId(), use: 'official', given: [], prefix: [], suffix: [], representation: 'A' }],
      npi: '1234567890',
      profession: 'nurse',
    })
    expect(found.get('npi')).toBe('This is no valid NPI: its check digit does not match.')
    expect(errorsOf(found, 'names').at('0.family')).toBe(
      'A family name, a given name or the whole name is needed.',
    )
    expect(errorsOf(found, 'names').own).toBeUndefined()
  })

  it('say in plain words what is missing', () => {
    const found = errors('patients', { names: [], siteIds: [] })
    expect(found.get('names')).toBe('At least one is needed.')
    expect(errors('accounts', { name: null }).get('name')).toBe('This is needed.')
    expect(errors('accounts', { name: 'North Clinic', type: 'castle' }).get('type')).toBe(
      'Choose one of the list.',
    )
  })

  it('name impossible dates and texts that are too long', () => {
    const found = errors('patients', { birthDate: '1980-02-30', pronouns: 'x'.repeat(61) })
    expect(found.get('birthDate')).toContain('Must be a real date')
    expect(found.get('pronouns')).toBe('At most 60 characters.')
  })

  it('check rules over several fields once each field is right', () => {
    const found = errors('accounts', { name: 'North Clinic', type: 'clinic', territoryId: null, siteIds: [] })
    expect([...found]).toEqual([['territoryId', 'An account belongs to a territory or a site.']])
  })

  it('are summed up in the order of the form', () => {
    const found = errors('patients', { names: [], siteIds: [], birthDate: 'never' })
    expect(fieldsWithErrors(found, ['birthDate', 'note', 'names', 'siteIds'])).toEqual([
      'birthDate',
      'names',
      'siteIds',
    ])
  })
})

describe('what a form saves', () => {
  it('holds changed fields only, compared by value', () => {
    const before = { name: 'A', tags: ['x'], note: null }
    expect(changedData(before, { name: 'A', tags: ['x'], note: 'new' })).toEqual({ note: 'new' })
    expect(changedData(before, { ...before, tags: ['x', 'y'] })).toEqual({ tags: ['x', 'y'] })
  })

  it('leaves out what typing left behind', () => {
    expect(
      tidied({ name: ' North ', given: ['Ada', ''], note: null, at: { local: 'x ' }, count: 3 }),
    ).toEqual({
      name: 'North',
      given: ['Ada'],
      note: null,
      at: { local: 'x' },
      count: 3,
    })
  })
})
