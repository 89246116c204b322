// Sounds that the pages make themselves: no file, no request.

/** Three soft notes upward, by the element's speaker. Resolves when they have faded. */
export async function playTestSound(element: HTMLAudioElement): Promise<void> {
  const context = new AudioContext();
  const output = context.createMediaStreamDestination();
  NOTES.forEach((frequency, at) => note(context, output, frequency, context.currentTime + 0.1 + at * BETWEEN));
  element.srcObject = output.stream;
  try {
    await element.play();
    await new Promise((resolve) => setTimeout(resolve, (0.1 + NOTES.length * BETWEEN + FADE) * 1_000));
  } finally {
    element.srcObject = null;
    await context.close();
  }
}

/** The practice asks in: two notes by the system's speaker, for who looks elsewhere meanwhile. Silent where the browser wants a touch first. */
export function playChime(): void {
  const context = new AudioContext();
  if (context.state === 'suspended') {
    void context.close();
    return;
  }
  CHIME.forEach((frequency, at) => note(context, context.destination, frequency, context.currentTime + at * BETWEEN));
  setTimeout(() => void context.close(), (CHIME.length * BETWEEN + FADE) * 1_000);
}

function note(context: AudioContext, output: AudioNode, frequency: number, at: number): void {
  const [tone, loudness] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = frequency;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.03);
  loudness.gain.exponentialRampToValueAtTime(0.001, at + FADE);
  tone.connect(loudness).connect(output);
  tone.start(at);
  tone.stop(at + FADE);
}

/** Hertz: C, E, G; then G, C. */
const NOTES = [523.25, 659.25, 783.99];
const CHIME = [783.99, 1046.5];
/** Seconds. */
const BETWEEN = 0.35;
const FADE = 0.9;
const LOUDNESS = 0.25;
