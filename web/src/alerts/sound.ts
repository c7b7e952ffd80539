/** A ring that is made here: two tones, three times for a flash. Off until somebody wants it. */

const SAVED = 'toguna.sound'
let context: AudioContext | undefined

/** Whether this device rings. */
export function soundWanted(): boolean {
  return localStorage.getItem(SAVED) === 'yes'
}

/** Ring on this device from now on, or no more. */
export function wantSound(wanted: boolean): void {
  localStorage.setItem(SAVED, wanted ? 'yes' : 'no')
}

/** Ring. A browser that lets no page sound before somebody touched it stays silent. */
export function ring(flash: boolean): void {
  try {
    context ??= new AudioContext()
    void context.resume()
    const rounds = flash ? 3 : 1
    for (let round = 0; round < rounds; round++) {
      tone(context, 880, round * 0.6)
      tone(context, 660, round * 0.6 + 0.25)
    }
  } catch {
    context = undefined
  }
}

function tone(on: AudioContext, hertz: number, after_s: number): void {
  const from = on.currentTime + after_s
  const source = on.createOscillator()
  const volume = on.createGain()
  source.frequency.value = hertz
  volume.gain.setValueAtTime(0.0001, from)
  volume.gain.exponentialRampToValueAtTime(0.25, from + 0.02)
  volume.gain.exponentialRampToValueAtTime(0.0001, from + 0.22)
  source.connect(volume).connect(on.destination)
  source.start(from)
  source.stop(from + 0.24)
}
