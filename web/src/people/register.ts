/** What this folder brings to the desk: the way in, one's account, and people and keys. */

import { signInView } from '../house/registry'
import './words.signing'

signInView({ element: 'toguna-sign-in', load: () => import('./sign-in') })
