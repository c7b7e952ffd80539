// What no source says in both languages: French names of cities, and waters and landscapes.

/**
 * French names of cities by their GeoNames name and country. The build checks that GeoNames
 * knows each as another name of that city.
 */
export const FRENCH_CITIES = {
  'ML Timbuktu': 'Tombouctou',
  'DZ Algiers': 'Alger',
  'EG Cairo': 'Le Caire',
  'EG Alexandria': 'Alexandrie',
  'ET Addis Ababa': 'Addis-Abeba',
  'MA Fes': 'Fès',
  'MA Marrakesh': 'Marrakech',
  'MA Tangier': 'Tanger',
  'PT Lisbon': 'Lisbonne',
  'GB London': 'Londres',
  'GR Athens': 'Athènes',
  'IT Naples': 'Naples',
  'ES Barcelona': 'Barcelone',
  'ES Sevilla': 'Séville',
  'ES Las Palmas de Gran Canaria': 'Las Palmas',
  'BE Brussels': 'Bruxelles',
  'SA Makkah': 'La Mecque',
  'SA Riyadh': 'Riyad',
  'IL Jerusalem': 'Jérusalem',
  'LB Beirut': 'Beyrouth',
  'SY Damascus': 'Damas',
  'IQ Baghdad': 'Bagdad',
  'SO Mogadishu': 'Mogadiscio',
}

/**
 * Names of waters and landscapes: French, English, longitude, latitude, the zoom from which
 * they are shown, and what they are.
 */
export const LANDSCAPES = [
  ['Océan Atlantique', 'Atlantic Ocean', -19.5, 9.5, 2, 'sea'],
  ['Golfe de Guinée', 'Gulf of Guinea', 2.5, 2.6, 3, 'sea'],
  ['Mer Méditerranée', 'Mediterranean Sea', 18.2, 34.2, 3, 'sea'],
  ['Mer Rouge', 'Red Sea', 38.3, 20.5, 3.5, 'sea'],
  ['Océan Indien', 'Indian Ocean', 58, -8, 2, 'sea'],
  ['Lac Tchad', 'Lake Chad', 14.25, 13.25, 5.5, 'lake'],
  ['Lac Volta', 'Lake Volta', 0.1, 7.2, 6, 'lake'],
  ['Lac de Kainji', 'Kainji Lake', 4.6, 10.4, 7, 'lake'],
  ['Lac de Kossou', 'Lake Kossou', -5.6, 7.4, 7, 'lake'],
  ['SAHARA', 'SAHARA', 4.5, 23.2, 3.5, 'land'],
  ['Tanezrouft', 'Tanezrouft', -0.9, 22.8, 5, 'land'],
  ['Adrar des Ifoghas', 'Adrar des Ifoghas', 1.7, 19.6, 5.5, 'land'],
  ['Aïr', 'Aïr', 8.5, 18.4, 5, 'land'],
  ['Ténéré', 'Ténéré', 10.9, 18.2, 5, 'land'],
  ['Tibesti', 'Tibesti', 17.4, 20.8, 5, 'land'],
  ['Hoggar', 'Hoggar', 5.9, 23.4, 5.2, 'land'],
  ['El Djouf', 'El Djouf', -6.2, 21.0, 5, 'land'],
  ['Macina', 'Inner Niger Delta', -4.4, 14.9, 6, 'land'],
  ['Liptako', 'Liptako', 0.35, 14.35, 6.5, 'land'],
  ['Gourma', 'Gourma', -1.6, 15.6, 6.2, 'land'],
  ['Azawagh', 'Azawagh', 4.6, 16.4, 6, 'land'],
  ['Fouta-Djalon', 'Fouta Djallon', -12.2, 11.3, 6, 'land'],
]

/**
 * Lands whose borders are disputed as such, by ISO 3166-1 alpha-2. A land that has no code of
 * that standard (Somaliland, Northern Cyprus) counts as disputed as well.
 */
export const DISPUTED = new Set(['EH', 'XK', 'PS', 'TW'])

/** Lands of Natural Earth without a numeric ISO code: names in French and English. */
export const WITHOUT_CODE = {
  Kosovo: { iso: 'XK', fr: 'Kosovo', en: 'Kosovo' },
  Somaliland: { iso: '', fr: 'Somaliland', en: 'Somaliland' },
  'N. Cyprus': { iso: '', fr: 'Chypre du Nord', en: 'Northern Cyprus' },
}
