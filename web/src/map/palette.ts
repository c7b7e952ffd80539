/** The colours of the map, for daylight and for the night shift. */

export type MapTheme = 'sun' | 'dark'

export interface Shades {
  water: string
  shelf: string
  land: string
  neighbour: string
  coast: string
  border: string
  memberBorder: string
  disputed: string
  grid: string
  river: string
  lake: string
  road: string
  ink: string
  inkSoft: string
  inkWater: string
  halo: string
  mark: string
  markInk: string
  ring: string
}

const SHADES: Record<MapTheme, Shades> = {
  sun: {
    water: '#c3d8df',
    shelf: '#d9e8ea',
    land: '#ece5d6',
    neighbour: '#f4eee0',
    coast: '#7f9ba3',
    border: '#b3a48a',
    memberBorder: '#7a5230',
    disputed: '#a3342a',
    grid: '#8fa0a0',
    river: '#7fa9bb',
    lake: '#bcd5de',
    road: '#c9a777',
    ink: '#2a2318',
    inkSoft: '#6b5e4b',
    inkWater: '#3f7287',
    halo: '#fbf7ec',
    mark: '#8a4516',
    markInk: '#fffaf0',
    ring: '#ffffff',
  },
  dark: {
    water: '#0b141c',
    shelf: '#12222d',
    land: '#181f26',
    neighbour: '#1f272e',
    coast: '#3d5563',
    border: '#4d5257',
    memberBorder: '#d9bb7c',
    disputed: '#ef8a7c',
    grid: '#53636e',
    river: '#2f6e96',
    lake: '#12303f',
    road: '#5b4c37',
    ink: '#eeeae1',
    inkSoft: '#98a3ac',
    inkWater: '#6fa3c4',
    halo: '#0e1419',
    mark: '#e5a566',
    markInk: '#1c1206',
    ring: '#0e1419',
  },
}

/** The shades of a theme. */
export function shadesOf(theme: MapTheme): Shades {
  return SHADES[theme]
}

/** What a party is drawn with: its land, the band inside its border, and its marks. */
export interface PartyShades {
  land: string
  band: string
  mark: string
}

const PARTIES: Record<MapTheme, readonly PartyShades[]> = {
  sun: [
    { land: '#e7dfe6', band: '#b59bb6', mark: '#7b4c80' },
    { land: '#e1e9d3', band: '#97b184', mark: '#3f6f3c' },
    { land: '#f5e4c4', band: '#dcb06a', mark: '#9a5f0c' },
    { land: '#d9e4ee', band: '#8fb0cc', mark: '#2c6091' },
    { land: '#f3dcd4', band: '#d59c88', mark: '#a0402a' },
    { land: '#d9e8e4', band: '#85b5a9', mark: '#1f6f62' },
    { land: '#ece6c8', band: '#c2b35f', mark: '#716208' },
    { land: '#e9dcd0', band: '#bb9472', mark: '#7a4a22' },
  ],
  dark: [
    { land: '#302a3b', band: '#71598a', mark: '#c9a2e4' },
    { land: '#21372f', band: '#487f61', mark: '#8ed6a4' },
    { land: '#3b311e', band: '#8d6c2f', mark: '#eec06a' },
    { land: '#1f3145', band: '#3f6f9e', mark: '#8cc4ff' },
    { land: '#402823', band: '#985543', mark: '#f5a48c' },
    { land: '#1c3737', band: '#37807c', mark: '#76d6cd' },
    { land: '#35341c', band: '#7d7830', mark: '#dcd46e' },
    { land: '#362a22', band: '#86613f', mark: '#dcae84' },
  ],
}

/** The shades of each party. The order is that of the ids, so that every node draws alike. */
export function partyShades(parties: readonly string[], theme: MapTheme): Map<string, PartyShades> {
  const all = PARTIES[theme]
  const sorted = [...new Set(parties)].sort()
  return new Map(sorted.map((party, i) => [party, all[i % all.length]!]))
}
