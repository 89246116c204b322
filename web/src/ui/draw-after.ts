import { options } from 'preact';

/**
 * What `act` changes is drawn once everything that it leads to at once has left the page: what is to be sent goes before what is to be drawn. For a step
 * that leaves its page behind, not for a field that somebody may go on typing into.
 */
export function drawAfter(act: () => void): void {
  const { debounceRendering } = options;
  options.debounceRendering = (draw) => {
    const { port1: drawing, port2: due } = new MessageChannel();
    drawing.onmessage = () => {
      drawing.close();
      draw();
    };
    due.postMessage(null);
  };
  try {
    act();
  } finally {
    if (debounceRendering) options.debounceRendering = debounceRendering;
    else delete options.debounceRendering;
  }
}
