/** All parts at once. */

export { base } from './base'
export { deepActive, TogunaDialog } from './dialog'
export { TogunaField } from './field'
export { ICONS, TogunaIcon } from './icon'
export { officeName, partyName, TogunaEmpty, TogunaGrade, TogunaParty, TogunaWhen } from './small'
export { problemText, toast, toastProblem } from './toast'
