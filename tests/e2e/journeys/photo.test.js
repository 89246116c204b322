// A still photo: asked for by the practice, each one allowed by the guest, and on the doctor's disk.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { journey } from '../harness/journey.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

for (const guestKind of ['chromium', 'firefox'])
  journey(`a photo of a guest in ${guestKind}`, {
    prepare: () => Stage.set('chromium', guestKind),
    cleanUp: (stage) => stage.strike(),
    steps(step) {
      step('they talk', async (stage) => {
        await stage.meet();
        await stage.doctor.seesPictures('red');
      });

      step('the guest says no, and nothing comes', async ({ doctor, guest }) => {
        await doctor.asksForPhoto();
        await guest.click('photo-refuse');

        await doctor.reads(part('photo-state'), 'refused', 'data-state');
        assert.deepEqual(photos(doctor), []);
      });

      step('the guest takes one, sees it, and sends it: it is on the doctor’s disk, a JPEG without a place in it', async ({ doctor, guest }) => {
        await doctor.asksForPhoto();
        await guest.click('photo-take');
        await guest.see('photo-look', 30);
        assert.deepEqual(photos(doctor), []);
        await guest.click('photo-send');

        const [name] = await until('a saved photo', () => photos(doctor).length > 0 && photos(doctor), 30);
        const bytes = await until('the whole of it', () => {
          const read = readFileSync(join(doctor.browser.downloads, name));
          return read.subarray(-2).equals(Buffer.from([0xff, 0xd9])) && read;
        });
        assert.ok(bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])));
        assert.equal(bytes.includes('Exif'), false);
        await doctor.reads(part('photo-state'), 'came', 'data-state');
      });

      step('the call has gone on', ({ doctor, guest }) => Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]));

      step('with the camera off the guest alone sees where it aims, and the camera is off again afterwards', async ({ doctor, guest }) => {
        await guest.click('photo-close');
        await guest.click('camera');
        await doctor.find(part('remote-dark'));
        await doctor.asksForPhoto();
        await guest.click('photo-camera-on');
        await guest.click('photo-take');
        await guest.see('photo-look', 30);
        await doctor.find(part('remote-dark'));
        await guest.click('photo-send');

        await until('a second photo', () => photos(doctor).length === 2, 30);
        assert.equal(await guest.page.evaluate(() => window.probe.tracks.filter(({ kind, readyState }) => kind === 'video' && readyState === 'live').length), 0);
      });
    },
  });

function photos(doctor) {
  return readdirSync(doctor.browser.downloads).filter((name) => /\.jpe?g$/.test(name));
}
