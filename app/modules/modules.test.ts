import { describe, expect, it } from 'vitest'
import { conditionSchema, fieldsRead } from '../conditions/index.ts'
import { blankOf, collections, documentSchema, viewSchema } from '../kernel/index.ts'
import { allModules, isModuleName, moduleNames, moduleOfKind, modules } from './index.ts'
import type { DataOfModule, ViewOfModule } from './index.ts'

describe('the registry', () => {
  it('has each module under its own name', () => {
    for (const name of moduleNames) expect(modules[name].name).toBe(name)
    expect(Object.keys(modules).toSorted()).toEqual([...moduleNames].toSorted())
  })

  it('finds a module by collection and kind, and nothing else', () => {
    for (const module of allModules) expect(moduleOfKind(module.collection, module.kind)).toBe(module)
    expect(moduleOfKind('patients', 'case')).toBeUndefined()
    expect(isModuleName('toString')).toBe(false)
  })

  it('types a module by its name', () => {
    const view: Pick<ViewOfModule<'cases'>, 'subject' | 'status'> = { subject: 'Refill', status: 'open' }
    const stage: Pick<DataOfModule<'opportunities'>, 'amount'> = { amount: { minor: 100, currency: 'USD' } }
    expect([view.subject, stage.amount?.minor]).toEqual(['Refill', 100])
  })
})

describe.each(allModules)('$name', (module) => {
  const specs = Object.entries(module.fields)

  it('names fields that exist, in indexes and in access', () => {
    const names = Object.keys(module.fields)
    for (const index of module.indexes) expect(names).toContain(index)
    for (const permission of Object.values(module.access)) {
      for (const selection of [permission.read, permission.write]) {
        if (typeof selection === 'object' && 'fields' in selection) {
          for (const field of selection.fields) expect(names).toContain(field)
        }
      }
    }
  })

  it('says what comes first by fields that it has, and by collections that go before its own', () => {
    for (const rule of module.first) {
      if ('when' in rule) {
        expect(conditionSchema.parse(rule.when)).toEqual(rule.when)
        for (const name of fieldsRead(rule.when)) expect(Object.keys(module.fields)).toContain(name)
      } else {
        expect(collections.indexOf(rule.of)).toBeLessThan(collections.indexOf(module.collection))
      }
    }
  })

  it('names each field for people, once', () => {
    const labels = specs.map(([, spec]) => spec.label)
    expect(new Set(labels).size).toBe(labels.length)
  })

  it('merges by a status graph that knows every state of the schema, and no other', () => {
    for (const [, { merge, schema }] of specs) {
      if (merge.rule !== 'status') continue
      const states = Object.keys(merge.graph)
      for (const state of [...states, ...Object.values(merge.graph).flat()]) {
        expect(schema.safeParse(state).success).toBe(true)
        expect(states).toContain(state)
      }
      expect((schema as unknown as { options: string[] }).options.toSorted()).toEqual(states.toSorted())
    }
  })

  it('survives a view that hides everything', () => {
    const at = '2026-01-05T09:00:00.000Z'
    const id = '01900000-0000-7000-8000-000000000001'
    const stamp = { at, by: 'test', origin: 'seed' } as const
    const hidden = viewSchema(module).parse({
      id,
      kind: module.kind,
      orgId: id,
      rev: '',
      edit: '',
      scopes: [],
      created: stamp,
      updated: stamp,
      removedAt: null,
      ext: {},
      sources: {},
      conflicts: [],
    })
    expect(module.title(hidden)).not.toBe('')
    expect(module.refers(hidden)).toEqual([])
    expect(module.timeline(hidden)?.about ?? []).toEqual([])
    for (const invariant of module.invariants) expect(invariant.holds(hidden)).toBe(true)
  })

  it('gives a blank that fits every field it fills', () => {
    for (const [name, value] of Object.entries(blankOf(module))) {
      expect(module.fields[name]?.schema.safeParse(value).success).toBe(true)
    }
    expect(documentSchema(module)).toBe(documentSchema(module))
  })
})
