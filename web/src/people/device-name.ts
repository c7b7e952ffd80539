/** What to call this device unless somebody says better: `Chrome, Android`. */

const BROWSERS: [RegExp, string][] = [
  [/Edg\//, 'Edge'], [/Firefox\//, 'Firefox'], [/Chrom(?:e|ium)\//, 'Chrome'], [/Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS/, 'macOS'], [/Linux/, 'Linux'],
]

/** By what the browser says of itself. */
export function deviceName(agent = navigator.userAgent): string {
  const first = (among: [RegExp, string][]) => among.find(([says]) => says.test(agent))?.[1] ?? ''
  return [first(BROWSERS), first(SYSTEMS)].filter(Boolean).join(', ') || 'Navigateur'
}
