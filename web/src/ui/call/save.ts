// Files of the call onto this machine's disk.

import { safeFileName } from '../../call/text.ts';

/** Into the folder of downloads, under that name. */
export function save(name: string, file: Blob): void {
  const url = URL.createObjectURL(file);
  Object.assign(document.createElement('a'), { href: url, download: safeFileName(name) }).click();
  // The browser has begun to save it by then.
  setTimeout(() => URL.revokeObjectURL(url), KEPT);
}

/** Where a file is to go, chosen by the person beforehand. */
export interface Place {
  write(file: Blob): Promise<void>;
}

/** Whether the browser lets a person choose where a file goes before it is there. */
export function canChoosePlace(): boolean {
  return 'showSaveFilePicker' in window;
}

/** Needs a user's gesture. `null`: the person chose none. */
export async function choosePlace(name: string): Promise<Place | null> {
  const { showSaveFilePicker } = window as unknown as { readonly showSaveFilePicker: (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle> };
  try {
    const handle = await showSaveFilePicker.call(window, { suggestedName: safeFileName(name) });
    return {
      write: async (file) => {
        const out = await handle.createWritable();
        await out.write(file);
        await out.close();
      },
    };
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') return null;
    throw cause;
  }
}

/** Milliseconds. */
const KEPT = 60_000;
