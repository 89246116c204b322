// Drawn people and screens, as streams: somebody has to be in the gallery's pictures.

/** A person before a wall. `hue`: of the wall, in degrees. */
export function person(hue: number, portrait = false): MediaStream {
  const [width, height] = portrait ? [480, 640] : [960, 720];
  return painted(width, height, (context, time) => {
    const wall = context.createLinearGradient(0, 0, width, height);
    wall.addColorStop(0, `hsl(${hue} 28% 74%)`);
    wall.addColorStop(1, `hsl(${hue + 20} 26% 48%)`);
    context.fillStyle = wall;
    context.fillRect(0, 0, width, height);
    context.fillStyle = `hsl(${hue + 190} 30% 34%)`;
    ellipse(context, width / 2, height * 1.04, width * 0.31, height * 0.36);
    context.fillStyle = '#c99a7c';
    context.fillRect(width * 0.455, height * 0.58, width * 0.09, height * 0.14);
    context.fillStyle = '#3d2c22';
    ellipse(context, width / 2, height * 0.42, height * 0.185, height * 0.235);
    context.fillStyle = '#dcae90';
    ellipse(context, width / 2, height * (0.455 + 0.004 * Math.sin(time / 700)), height * 0.15, height * 0.195);
  });
}

/** A page with a table, as somebody might show. */
export function sharedScreen(): MediaStream {
  return painted(1280, 720, (context) => {
    context.fillStyle = '#ffffff';
    context.fillRect(0, 0, 1280, 720);
    context.fillStyle = '#24514b';
    context.fillRect(0, 0, 1280, 64);
    context.fillStyle = '#d8dedc';
    for (let row = 0; row < 11; row++) for (let column = 0; column < 4; column++) context.fillRect(80 + column * 290, 120 + row * 50, 120 + ((row * 37 + column * 53) % 120), 16);
  });
}

function painted(width: number, height: number, paint: (context: CanvasRenderingContext2D, time: number) => void): MediaStream {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser does not draw');
  // Whoever photographs wants them to stand still; what is shown late needs a frame all the same.
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const frame = () => paint(context, isStill ? 0 : performance.now());
  frame();
  setInterval(frame, isStill ? 500 : 100);
  return canvas.captureStream(10);
}

function ellipse(context: CanvasRenderingContext2D, x: number, y: number, rx: number, ry: number): void {
  context.beginPath();
  context.ellipse(x, y, rx, ry, 0, 0, 2 * Math.PI);
  context.fill();
}
