/** Saves a file that was made in the browser. */
export function save(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  Object.assign(document.createElement('a'), { href: url, download: name }).click();
  // Saving has just begun.
  setTimeout(() => URL.revokeObjectURL(url), SAVING);
}

/** Milliseconds. */
const SAVING = 60_000;
