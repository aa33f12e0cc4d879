// Writes sim/rollout/county_map.csv: the outline of each county as an SVG path. Run once, by hand:
//   npm install us-atlas@3 topojson-client topojson-simplify   (in a folder of its own)
//   node county-map.mjs > county_map.csv                       (there)
// us-atlas 3.0 (ISC licence) holds the Census Bureau's cartographic boundaries of 2017 (public
// domain) in Albers' projection for 975 x 610 points. Units here are tenths of a point.
import {readFileSync} from 'node:fs';
import {presimplify, simplify} from 'topojson-simplify';
import {feature, mesh} from 'topojson-client';

const file = 'node_modules/us-atlas/counties-albers-10m.json';
const map = simplify(presimplify(JSON.parse(readFileSync(file))), 0.35);
const round = p => p.map(v => Math.round(v * 10));

function steps(ring, end) {
  const points = ring.map(round);
  let [x, y] = points[0], out = '';
  for (const [u, v] of points.slice(1)) {
    if (u === x && v === y) continue;
    out += `${u - x}${v - y < 0 ? '' : ' '}${v - y} `;
    [x, y] = [u, v];
  }
  if (out.trim().split(' ').length < 3 && end === 'z') return '';
  return `M${points[0][0]} ${points[0][1]}l${out.trim()}${end}`;
}

console.log('fips,path');
for (const f of feature(map, map.objects.counties).features) {
  const g = f.geometry;
  const polygons = g.type === 'Polygon' ? [g.coordinates] : g.coordinates;
  let path = polygons.map(p => p.map(ring => steps(ring, 'z')).join('')).join('');
  if (path === '') {  // too small to have a shape at this scale: a square where it is
    const [x, y] = round(polygons[0][0][0]);
    path = `M${x - 8} ${y - 8}h16v16h-16z`;
  }
  console.log(`${f.id},${path}`);
}
const states = mesh(map, map.objects.states, (a, b) => a !== b);
console.log('states,' + states.coordinates.map(line => steps(line, '')).join(''));
