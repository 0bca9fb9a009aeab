import {
  IconActivityHeartbeat,
  IconBriefcase,
  IconBuildingHospital,
  IconCalendarEvent,
  IconCheckbox,
  IconClipboardList,
  IconMapPin,
  IconMessageCircle,
  IconPhone,
  IconProgress,
  IconStethoscope,
  IconTargetArrow,
  IconUserHeart,
  IconUsers,
  IconUserSquareRounded,
} from '@tabler/icons-react'
import type { Icon } from '@tabler/icons-react'
import type { ModuleName } from '#app/modules/index.ts'

/** The sign of each module, in navigation, palette and timelines. */
export const moduleIcons = {
  accounts: IconBuildingHospital,
  activities: IconMessageCircle,
  appointments: IconCalendarEvent,
  cases: IconBriefcase,
  contacts: IconUserSquareRounded,
  encounters: IconStethoscope,
  locations: IconMapPin,
  observations: IconActivityHeartbeat,
  opportunities: IconTargetArrow,
  'patient-activities': IconPhone,
  'patient-tasks': IconClipboardList,
  patients: IconUserHeart,
  people: IconUsers,
  pipelines: IconProgress,
  tasks: IconCheckbox,
} as const satisfies Record<ModuleName, Icon>
