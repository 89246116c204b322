// A file that is too big to be held in memory comfortably: it is streamed to the receiver's disk (OPFS).
import { journey } from '../harness/journey.js';
import { Stage } from '../harness/stage.js';

journey('a big file', {
  prepare: () => Stage.set('chromium', 'chromium'),
  cleanUp: (stage) => stage.strike(),
  steps: (step) => {
    step('100 MB come whole while pictures go on', async (stage) => {
      await stage.meet();

      const file = await stage.doctor.sends('scan.bin', 100 * 1024 * 1024);

      await stage.guest.seesPictures('blue');
      await stage.guest.receives(file, 240);
    });

    step('the page held no more than a part of it in memory', async ({ guest }) => {
      const { JSHeapUsedSize } = await guest.page.metrics();
      if (JSHeapUsedSize > 50 * 1024 * 1024) throw new Error(`${JSHeapUsedSize} bytes of heap`);
    });
  },
});
