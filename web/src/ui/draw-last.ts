import { options } from 'preact';

/**
 * What is to be sent goes before what is to be drawn: a page draws once everything that a press or a message leads to at once has left it. Not by a
 * timer, which a page that nobody looks at waits long for.
 */
export function drawLast(): void {
  const { port1: drawing, port2: due } = new MessageChannel();
  const draws: (() => void)[] = [];
  drawing.onmessage = () => draws.shift()?.();
  options.debounceRendering = (draw) => {
    draws.push(draw);
    due.postMessage(null);
  };
}
