/** The French of what the node says to the forms of borders, disputes, evidence and imports. */

import { addFrench } from '../house/sentences'

addFrench([
  [/^(.+) does not hold (\S+), and would learn of it$/, '$1 n’a pas $2, et l’apprendrait'],
  [/^leave (.+) out, or let (\w+) release it there$/, 'retirez $1, ou laissez $2 le lui libérer'],
  [/^(\S+) is our own$/, '$1 est à nous'],
  [/^correct it, or recall it; one disputes what others say$/, 'rectifiez-le ou rappelez-le ; on conteste ce que disent les autres'],
  [/^(\w+) owns (\S+) and would not hear of this$/, '$2 est à $1, qui n’en saurait rien'],
  [/^release it to (.+) as well$/, 'adressez-le aussi à $1'],
  [/^(\w+) wrote it, and no label lets anybody have it$/, '$1 l’a écrit, et aucune étiquette ne le donne à n’importe qui'],
  [/^let (\w+) make the bundle, or name for which party ours is$/, 'laissez $1 faire le dossier, ou dites pour quelle partie est le nôtre'],
  [/^no onward: (\w+) did not allow passing this on to (\w+)$/, '$1 n’a pas permis de le transmettre à $2'],
  [/^ask (\w+) with sharing\.request$/, 'demandez-le à $1'],
  [/^it rests on (\S+): (.+)$/, 'il repose sur $1 : $2'],
  [/^both sides have one name$/, 'les deux côtés portent le même nom'],
  [/^a vertex stands twice in a row$/, 'un sommet est répété'],
  [/^it crosses the antimeridian$/, 'elle croise l’antiméridien'],
  [/^its edges (\d+) and (\d+) cross$/, 'ses bords $1 et $2 se croisent'],
  [/^draw around it once$/, 'faites-en le tour une seule fois'],
  [/^(.+) shares the sector and would not hear of it$/, '$1 partage le secteur et n’en saurait rien'],
  [/^(.+) does not hold the sector, and could not place this$/, '$1 n’a pas le secteur, et ne saurait où placer ceci'],
  [/^nobody has seen what is still to come$/, 'personne n’a vu ce qui est à venir'],
  [/^it ends before it begins$/, 'cela finit avant de commencer'],
  [/^it would be over already$/, 'ce serait déjà fini'],
  [/^this is neither a STIX 2\.1 bundle nor a MISP export$/, 'ce n’est ni un lot STIX 2.1 ni un export MISP'],
  [/^export it as one of these$/, 'exportez-le dans l’une de ces formes'],
  [/^this is STIX 2\.0$/, 'c’est du STIX 2.0'],
  [/^export it as STIX 2\.1$/, 'exportez-le en STIX 2.1'],
  [/^the file is not JSON at line (\d+)$/, 'le fichier n’est pas du JSON, ligne $1'],
  [/^this is not the file that was previewed$/, 'ce n’est pas le fichier de l’aperçu'],
  [/^Toguna keeps no place for (\w+)$/, 'Toguna n’a pas de place pour « $1 »'],
])
