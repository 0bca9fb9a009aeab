import { Tooltip } from '@mantine/core'
import { IconHome } from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { anyModule } from '#renderer/ui/data/use-permission.ts'
import { moduleIcons } from '#renderer/ui/record/module-icons.ts'
import { useScreenedModules } from '../modules-context.tsx'
import { navigationSections } from '../ui-module.ts'
import { Mark } from './mark.tsx'
import classes from './layout.module.css'

/** The left edge: the modules that the user may see, by section. */
export function Navigation() {
  const modules = useScreenedModules()
  return (
    <nav className={classes['navigation']} aria-label="Main">
      <div className={classes['brand']}>
        <Mark size={24} />
        <span className={classes['label']}>Rounds</span>
      </div>
      <Link
        to="/"
        className={classes['link'] ?? ''}
        activeOptions={{ exact: true }}
        activeProps={{ 'aria-current': 'page' }}
      >
        <NavigationLabel sign={IconHome} label="Today" hint="G then H" />
      </Link>
      {navigationSections.map((section) => {
        const own = modules.filter(({ screens }) => screens.section === section)
        if (own.length === 0) return null
        return (
          <div key={section} className={classes['section']}>
            <div className={classes['sectionName']}>{section}</div>
            {own.map(({ name, screens }) => (
              <Link
                key={name}
                to="/$module"
                params={{ module: name }}
                className={classes['link'] ?? ''}
                activeProps={{ 'aria-current': 'page' }}
              >
                <NavigationLabel
                  sign={moduleIcons[name]}
                  label={anyModule(name).label.many}
                  hint={screens.key === null ? '' : `G then ${screens.key.toUpperCase()}`}
                />
              </Link>
            ))}
          </div>
        )
      })}
    </nav>
  )
}

type NavigationLabelProps = { readonly sign: Icon; readonly label: string; readonly hint: string }

function NavigationLabel({ sign: Sign, label, hint }: NavigationLabelProps) {
  return (
    <Tooltip label={hint} position="right" disabled={hint === ''}>
      <span className={classes['linkBody']}>
        <Sign size={17} stroke={1.7} aria-hidden />
        <span className={classes['label']}>{label}</span>
      </span>
    </Tooltip>
  )
}
