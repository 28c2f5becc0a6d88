import type { SwitchNotices } from '../endpoints/switch-notices.ts'
import { endpointDisabled, endpointEnabled } from './notice.ts'
import { giveNotices } from './store.ts'

/** What the verbs that switch endpoints tell, as notices. */
export const switchNotices: SwitchNotices = {
  enabled: (db, told) => giveNotices(db, [endpointEnabled(told)]),
  disabled: (db, told) => giveNotices(db, [endpointDisabled(told)]),
}
