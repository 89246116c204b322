import { type ReadonlySignal, useSignal } from '@preact/signals';

interface Drop {
  readonly isOver: ReadonlySignal<boolean>;
  readonly handlers: Readonly<Record<'onDragEnter' | 'onDragOver' | 'onDragLeave' | 'onDrop', (event: DragEvent & { currentTarget: HTMLElement }) => void>>;
}

/** Files that are dragged over the call from outside the page. */
export function useDrop(onFiles: (files: readonly File[]) => void): Drop {
  const isOver = useSignal(false);
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
  const over = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    // Else the browser would leave the call to show the file.
    event.preventDefault();
    isOver.value = true;
  };
  return {
    isOver,
    handlers: {
      onDragEnter: over,
      onDragOver: over,
      onDragLeave: (event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) isOver.value = false;
      },
      onDrop: (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        isOver.value = false;
        onFiles([...(event.dataTransfer?.files ?? [])]);
      },
    },
  };
}
