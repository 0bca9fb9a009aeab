import type { Grant } from '#app/access/index.ts'
import { derivedId } from '#app/kernel/index.ts'
import type { Role, Scope } from '#app/kernel/index.ts'
import { logins } from './world.ts'
import type { Login, World } from './world.ts'
import type { User } from '#app/protocol/index.ts'

/** The password of every demo user. The organisation is synthetic; a real one has none of these users. */
export const DEMO_PASSWORD = 'rounds-demo-2026'

const persons: Readonly<Record<Login, { name: string; jobTitle: string; role: Role }>> = {
  carla: { name: 'Carla Mendes', jobTitle: 'Clinic coordinator', role: 'coordinator' },
  colin: { name: 'Colin Achterberg', jobTitle: 'Clinic coordinator', role: 'coordinator' },
  ada: { name: 'Ada Okonkwo', jobTitle: 'Account manager', role: 'account-manager' },
  amir: { name: 'Amir Rahimi', jobTitle: 'Account manager', role: 'account-manager' },
  sofia: { name: 'Sofia Lindgren', jobTitle: 'Supervisor', role: 'supervisor' },
  sam: { name: 'Sam Whitlock', jobTitle: 'Sync administrator', role: 'sync-admin' },
  clara: { name: 'Clara Voss', jobTitle: 'Nurse practitioner', role: 'clinician' },
  theo: { name: 'Theo Lindqvist', jobTitle: 'Palliative care nurse', role: 'clinician' },
  priya: { name: 'Priya Raman', jobTitle: 'Privacy officer', role: 'privacy-officer' },
  ivo: { name: 'Ivo Petrov', jobTitle: 'Interface analyst', role: 'interface-analyst' },
  otto: { name: 'Otto Brandt', jobTitle: 'Internal auditor', role: 'auditor' },
}

export function jobTitleOf(login: Login): string {
  return persons[login].jobTitle
}

/** The demo users with their grants: what they work with, and what is assigned to them by name. */
export function usersOf(world: World): readonly User[] {
  const from = new Date(world.daysAgo(400, world.random.fork('grants'))).toISOString()
  return logins.map((login) => {
    const { name, role } = persons[login]
    const userId = world.userIds[login]
    const grants = scopesOf(world, login).map((scope): Grant => ({
      id: derivedId('grant', userId, role, scope),
      userId,
      role,
      scope,
      from,
      until: null,
    }))
    return { id: userId, login, name, grants }
  })
}

function scopesOf({ sites, territories, careTeams, userIds }: World, login: Login): readonly Scope[] {
  switch (login) {
    case 'carla':
      return [`site:${sites[0].id}`, `person:${userIds.carla}`]
    case 'colin':
      return [`site:${sites[1].id}`, `person:${userIds.colin}`]
    case 'ada':
      return [`territory:${territories[0].id}`, `person:${userIds.ada}`]
    case 'amir':
      return [`territory:${territories[1].id}`, `person:${userIds.amir}`]
    case 'clara':
      return [
        `site:${sites[0].id}`,
        `person:${userIds.clara}`,
        'sensitivity:behavioural-health',
        'sensitivity:restricted',
      ]
    case 'theo':
      return [`team:${careTeams[0].id}`, `person:${userIds.theo}`]
    case 'sofia':
    case 'sam':
    case 'priya':
    case 'ivo':
    case 'otto':
      return ['org']
  }
}
