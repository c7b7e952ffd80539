import { describe, expect, it } from 'vitest'

import { addressIn, found, type Command } from './commands'

const command = (title: string, words = ''): Command => ({ title, words, group: 'Écran', icon: '', run: () => undefined })
const all = [command('Alertes'), command('Sécurité des frontières', 'borders'), command('Rappeler'), command('Carte')]
const titles = (typed: string) => found(all, typed).map((one) => one.title)

describe('the palette', () => {
  it('finds without accents and capitals, by every word, in any order', () => {
    expect(titles('securite')).toEqual(['Sécurité des frontières'])
    expect(titles('front SECU')).toEqual(['Sécurité des frontières'])
    expect(titles('borders')).toEqual(['Sécurité des frontières'])
    expect(titles('securite alertes')).toEqual([])
  })

  it('shows all when nothing was typed, and beginnings before middles', () => {
    expect(titles('')).toHaveLength(4)
    expect(titles('r')[0]).toBe('Rappeler')
  })

  it.each([
    ['ml/spine/3', 'ml/spine/3'],
    [' ML spine 3 ', 'ml/spine/3'],
    ['bf home 0', 'bf/home/0'],
    ['ml/spine/', ''],
    ['ml/attic/3', ''],
  ])('%s is the address %s', (typed, address) => expect(addressIn(typed)).toBe(address))
})
