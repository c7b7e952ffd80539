// Cutting a TopoJSON topology: only the countries that are wanted, only the arcs that they use.
//
// The arcs stay as they are stored (delta-encoded on the grid of the source), so nothing is
// rounded twice: what the browser draws are the points of the source.

/** Every arc index of a geometry, `~i` for an arc walked backwards. */
export function arcsOf(geometry) {
  return geometry.arcs.flat(Infinity)
}

/** West, south, east and north of each arc, in degrees. */
export function arcBoxes(topology) {
  const { scale, translate } = topology.transform
  return topology.arcs.map((arc) => {
    let x = 0
    let y = 0
    const box = [Infinity, Infinity, -Infinity, -Infinity]
    for (const [dx, dy] of arc) {
      x += dx
      y += dy
      const lon = x * scale[0] + translate[0]
      const lat = y * scale[1] + translate[1]
      box[0] = Math.min(box[0], lon)
      box[1] = Math.min(box[1], lat)
      box[2] = Math.max(box[2], lon)
      box[3] = Math.max(box[3], lat)
    }
    return box
  })
}

/** Whether any polygon of the geometry has an arc whose box meets this one. */
export function touches(geometry, boxes, [west, south, east, north]) {
  return arcsOf(geometry).some((i) => {
    const box = boxes[i < 0 ? ~i : i]
    return box[0] <= east && box[2] >= west && box[1] <= north && box[3] >= south
  })
}

/** Which countries stand at each arc: one for a coast, two for a border. */
export function sidesOf(topology, geometries) {
  const sides = topology.arcs.map(() => [])
  for (const geometry of geometries) {
    for (const i of new Set(arcsOf(geometry).map((j) => (j < 0 ? ~j : j)))) {
      sides[i].push(geometry)
    }
  }
  return sides
}

/**
 * Border lines by the pair of countries that they part, and the coasts; a line belongs here
 * when at least one of its countries is `mine` and none is `theirs`.
 */
export function linesOf(topology, geometries, mine, theirs, properties) {
  const pairs = new Map()
  const coast = []
  sidesOf(topology, geometries).forEach((sides, arc) => {
    if (!sides.some(mine) || sides.some(theirs)) return
    if (sides.length === 1) coast.push([arc])
    for (const [a, b] of pairsOf(sides)) {
      const key = [a, b].map((g) => g.properties.name).sort().join('|')
      const line = pairs.get(key) ?? { type: 'MultiLineString', arcs: [], properties: properties(a, b) }
      line.arcs.push([arc])
      pairs.set(key, line)
    }
  })
  return { borders: [...pairs.values()], coast: { type: 'MultiLineString', arcs: coast } }
}

function pairsOf(sides) {
  return sides.flatMap((a, i) => sides.slice(i + 1).map((b) => [a, b]))
}

/** A topology with these objects alone, its arcs numbered anew. */
export function cut(topology, objects) {
  const renumbered = new Map()
  const arcs = []
  const number = (i) => {
    const at = i < 0 ? ~i : i
    if (!renumbered.has(at)) {
      renumbered.set(at, arcs.length)
      arcs.push(topology.arcs[at])
    }
    const now = renumbered.get(at)
    return i < 0 ? ~now : now
  }
  const walk = (item) => (Array.isArray(item) ? item.map(walk) : number(item))
  const kept = Object.entries(objects).map(([name, geometries]) => [
    name,
    {
      type: 'GeometryCollection',
      geometries: geometries.map((g) => ({
        type: g.type,
        arcs: walk(g.arcs),
        ...(g.properties && { properties: g.properties }),
      })),
    },
  ])
  return {
    type: 'Topology',
    transform: topology.transform,
    objects: Object.fromEntries(kept),
    arcs,
  }
}

/**
 * A point well inside a polygon, for its name: the grid point that is farthest from every
 * edge, found once coarsely and twice more around the best.
 */
export function middleOf(rings) {
  const outer = rings[0]
  const lons = outer.map((p) => p[0])
  const lats = outer.map((p) => p[1])
  let box = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)]
  let best = { point: [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], room: -Infinity }
  for (let round = 0; round < 3; round++) {
    const step = [(box[2] - box[0]) / 16, (box[3] - box[1]) / 16]
    for (let i = 0; i <= 16; i++) {
      for (let j = 0; j <= 16; j++) {
        const point = [box[0] + i * step[0], box[1] + j * step[1]]
        const room = roomAt(point, rings)
        if (room > best.room) best = { point, room }
      }
    }
    const [x, y] = best.point
    box = [x - step[0], y - step[1], x + step[0], y + step[1]]
  }
  return best.point
}

/** Distance to the nearest edge in degrees, negative outside. */
function roomAt([x, y], rings) {
  let inside = false
  let nearest = Infinity
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [ax, ay] = ring[i]
      const [bx, by] = ring[j]
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside
      const length = (bx - ax) ** 2 + (by - ay) ** 2
      const t = length ? Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length)) : 0
      nearest = Math.min(nearest, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)))
    }
  }
  return inside ? nearest : -nearest
}

/** Area of a ring in square degrees, for 'the largest polygon of a country'. */
export function areaOf(ring) {
  let sum = 0
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    sum += (ring[j][0] - ring[i][0]) * (ring[j][1] + ring[i][1])
  }
  return Math.abs(sum / 2)
}
