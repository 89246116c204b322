// case_43, and what becomes of a link: scanners don't spend it, and its fragment is where a reload needs it, and after the visit in no storage.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { journey } from '../harness/journey.js';
import { Guest } from '../harness/people.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

const NAME = 'Anna M.';

journey('a link that is good for one', {
  prepare: () => Stage.set('chromium', 'firefox'),
  cleanUp: (stage) => stage.strike(),
  steps: (step) => {
    step('is not spent by fifty programs that fetch it', async (stage) => {
      Object.assign(stage, await stage.doctor.arranges({ uses: 1 }));
      const { installation, link } = stage;
      const ca = readFileSync(installation.ca);

      const answers = await Promise.all(Array.from({ length: 50 }, (_, at) => fetched(link, { ca, method: at % 2 ? 'GET' : 'HEAD' })));

      assert.deepEqual([...new Set(answers)], [200]);
      assert.equal(await uses(stage), 0);
    });

    step('nor by those that run its page', async (stage) => {
      for (const browser of [stage.doctors, stage.guests]) {
        const scanner = await Guest.of(browser);
        await scanner.open(stage.link);
        await scanner.see('name-input');
        await scanner.page.close();
      }

      assert.equal(await uses(stage), 0);
    });

    step('but by the person who goes in', async (stage) => {
      await stage.guest.comes(stage.link, NAME);
      await stage.doctor.seesGuest(stage.room, NAME);

      assert.equal(await uses(stage), 1);
    });

    for (const [kind, of] of [['Firefox', ({ guest }) => guest], ['Chromium', ({ doctors }) => Guest.of(doctors)]]) {
      step(`its fragment is in ${kind} where a reload needs it, and nowhere else`, async (stage) => {
        const guest = (stage.visitor = await of(stage));
        Object.assign(stage, await stage.doctor.arrangesNow());
        await guest.comes(stage.link, NAME);
        await stage.doctor.seesGuest(stage.room, NAME);

        assert.deepEqual(await keptIn(guest, stage.link), ['history.state', 'sessionStorage']);
      });

      step(`and after the visit in no storage: ${kind}`, async ({ doctor, visitor, room, link }) => {
        await doctor.admits(room);
        await Promise.all([doctor.inCall(), visitor.inCall()]);
        await visitor.hangsUp();
        await visitor.notice('hung-up');

        await until('the link is forgotten', async () => (await keptIn(visitor, link)).length === 0, 5);
        await visitor.reload();
        await visitor.notice('ended');
        await doctor.backAtTheList();
        assert.equal(await visitor.page.$(part('call')), null);
      });
    }
  },
});

/** How often the link has been used, as the server counts. */
async function uses({ doctor, room }) {
  const day = 24 * 60 * 60 * 1000;
  const { rooms } = await doctor.asks('rooms/list', { from: Date.now() - day, until: Date.now() + day });
  const [invite] = rooms.find(({ id }) => id === room).invites;
  return invite.uses;
}

function fetched(link, options) {
  return new Promise((answered, failed) => {
    request(link, options, (response) => {
      response.resume();
      answered(response.statusCode);
    })
      .on('error', failed)
      .end();
  });
}

/** All the places of the page and its origin that hold the fragment. */
function keptIn({ page }, link) {
  return page.evaluate(async (fragment) => {
    const files = await navigator.storage.getDirectory().then((folder) => Array.fromAsync(folder.keys()));
    const texts = {
      address: location.href,
      cookies: document.cookie,
      'history.state': JSON.stringify(history.state),
      localStorage: JSON.stringify({ ...localStorage }),
      sessionStorage: JSON.stringify({ ...sessionStorage }),
      'the name of the window': window.name,
      'the page': document.documentElement.outerHTML,
      databases: JSON.stringify(await indexedDB.databases()),
      caches: JSON.stringify(await caches.keys()),
      files: JSON.stringify(files),
      referrer: document.referrer,
    };
    return Object.keys(texts).filter((place) => texts[place]?.includes(fragment));
  }, link.split('#')[1]);
}
