/** Every folder that brings something to the desk. The order is that of the words alone. */

import './people/register'
import './sharing/register'
import './map/register'
import './alerts/register'
import './questions/register'
import './borders/register'
import './disputes/register'
import './imports/register'
import './operations/register'
import './protection/register'
import './offline/register'
