import { describe, expect, it } from 'vitest'
import { moduleNames, modules } from '#app/modules/index.ts'
import { modulesWithPages } from '#renderer/ui/record/pages.ts'
import { uiModules } from './index.ts'

const fieldsOf = (name: keyof typeof modules) => Object.keys(modules[name].fields)

describe('the screens of the modules', () => {
  it('are those of every module, each once', () => {
    expect(uiModules.map(({ name }) => name).toSorted()).toEqual([...moduleNames])
  })

  it('agree with what links take for pages', () => {
    const screened = uiModules.filter(({ screens }) => screens !== null).map(({ name }) => name)
    expect(screened.toSorted()).toEqual([...modulesWithPages].toSorted())
  })

  it('have hotkeys of their own', () => {
    const keys = uiModules.flatMap(({ screens }) => screens?.key ?? [])
    expect(new Set([...keys, 'h', 's']).size).toBe(keys.length + 2)
  })

  it.each(uiModules.map(({ name, presentation }) => [name, presentation] as const))(
    '%s: every field has a view',
    (name, presentation) => {
      expect(Object.keys(presentation.fields).toSorted()).toEqual(fieldsOf(name).toSorted())
    },
  )

  it.each(
    uiModules
      .filter(({ screens }) => screens !== null)
      .map(({ name, presentation }) => [name, presentation] as const),
  )('%s: every field stands on its page once', (name, presentation) => {
    const placed = presentation.sections.flatMap(({ fields }) => fields)
    expect(new Set(placed).size).toBe(placed.length)
    // A photo is a blob: it is shown when blobs are.
    const later = new Set(['photo', 'stageSince'])
    expect(fieldsOf(name).filter((field) => !placed.includes(field) && !later.has(field))).toEqual([])
  })

  it.each(uiModules.map(({ name, presentation }) => [name, presentation] as const))(
    '%s: filters are on fields that can be filtered',
    (_name, presentation) => {
      for (const field of presentation.filters)
        expect(presentation.fields[field]?.filter, field).toBeDefined()
    },
  )
})
