import { Button, Group } from '@mantine/core'
import { Component } from 'react'
import type { ReactNode } from 'react'
import { describeFault } from './describe-fault.ts'
import { FaultAlert } from './fault-alert.tsx'
import classes from './error-boundary.module.css'

type Props = { readonly children: ReactNode }
type State = { readonly thrown: unknown; readonly failed: boolean }

/** Keeps one broken screen from taking the rest with it. React offers this as a class only. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { thrown: null, failed: false }

  static getDerivedStateFromError(thrown: unknown): State {
    return { thrown, failed: true }
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return (
      <div className={classes['place']}>
        <FaultAlert fault={describeFault(this.state.thrown)}>
          <Group mt="sm">
            <Button
              size="xs"
              variant="default"
              onClick={() => this.setState({ thrown: null, failed: false })}
            >
              Show the screen again
            </Button>
          </Group>
        </FaultAlert>
      </div>
    )
  }
}
