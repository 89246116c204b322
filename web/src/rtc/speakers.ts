// What plays sound, on the speaker that was chosen.

export class Speakers {
  readonly #elements = new Set<HTMLMediaElement>();
  #chosen = '';

  /** The element follows the choice until the returned function is called. */
  bind(element: HTMLMediaElement): () => void {
    this.#elements.add(element);
    void follow(element, this.#chosen);
    return () => this.#elements.delete(element);
  }

  /** Empty string: the system's choice. */
  async choose(id: string): Promise<void> {
    if (id === this.#chosen) return;
    this.#chosen = id;
    await Promise.all([...this.#elements].map((element) => follow(element, id)));
  }
}

async function follow(element: HTMLMediaElement, id: string): Promise<void> {
  // A speaker that was unplugged: the system's choice plays on.
  if ('setSinkId' in element) await element.setSinkId(id).catch(() => undefined);
}
