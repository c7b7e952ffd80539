/** Simple signs on a grid of 24, as lines. They say what a thing is, never whose side it is on. */

export const GLYPHS: Record<string, string> = {
  attack: 'M12 2.5l2 6 5.500-3-3 5.500 6 2-6 2 3 5.500-5.500-3-2 6-2-6-5.500 3 3-5.500-6-2 6-2-3-5.500 5.500 3z',
  clash: 'M5 5l14 14M19 5 5 19M5 9.500V5h4.500M14.500 5H19v4.500',
  movement: 'M3 12h17M14 6l6 6-6 6',
  hazard: 'M12 3.500 2.500 20h19zM12 10v4.500M12 17.300v.2',
  displacement: 'M3 12l6-5.500 6 5.500M5 10.500V19h8v-3M14 14h8M18.500 10.500 22 14l-3.500 3.500',
  outbreak: 'M9 3.500h6V9h5.500v6H15v5.500H9V15H3.500V9H9z',
  infrastructure: 'M2.500 16h19M5 16V7M19 16V7M5 7c3 7.500 11 7.500 14 0M9.500 16v-4M14.500 16v-4',
  other: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  'type_of_violence-1': 'M5 5l14 14M19 5 5 19',
  'type_of_violence-2': 'M4 8h12l-4-4M20 16H8l4 4',
  'type_of_violence-3': 'M12 3v8M12 15v.2M5 21h14',
  disputes_claims: 'M12 4v16M5 20h14M12 6 5 8l-2.500 6h5L5 8M12 6l7 2 2.500 6h-5L19 8',
  alerts_alerts: 'M6 17V11a6 6 0 0 1 12 0v6l1.500 2h-15zM10 21.500h4',
  airport: 'M12 2.500v6L3.500 14v2l8.500-2.500v5L9.500 20.500V22l2.500-.8 2.500.8v-1.500L12 18.500v-5l8.500 2.500v-2L12 8.500',
}
