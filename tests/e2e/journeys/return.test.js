// A guest comes back in another tab, and after its tab has crashed: nobody lets it in again, and the practice sees why it waits.
import { journey } from '../harness/journey.js';
import { pairs } from '../harness/pairs.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';

// Each browser in each role: what becomes of a tab is the browser's affair.
for (const [doctorKind, guestKind] of pairs().filter(([doctor, guest]) => doctor !== guest))
  journey(`${doctorKind} calls ${guestKind}, whose link`, {
    prepare: () => Stage.set(doctorKind, guestKind),
    cleanUp: (stage) => stage.strike(),
    steps(step) {
      step('leads into the call', async (stage) => Object.assign(stage, await stage.meet()));

      step('is opened in a second tab, which takes over; the first one says so and lets go', async (stage) => {
        const { doctor, guest, link } = stage;
        stage.second = await guest.inAnotherTab();
        await stage.second.comes(link, 'Anna M.');

        await Promise.all([stage.second.inCall(), doctor.seesPictures('red'), stage.second.seesPictures('blue')]);
        await guest.notice('taken-over');
        await guest.hasLetGo();
      });

      step('goes on in the first tab again, by its button', async ({ doctor, guest, second }) => {
        await guest.page.bringToFront();
        await guest.click('retry');

        await Promise.all([guest.inCall(), doctor.seesPictures('red'), guest.seesPictures('blue')]);
        await second.notice('taken-over');
        await second.page.close();
      });

      if (guestKind === 'chromium')
        step('is opened again where the tab has crashed: the practice reads why it waits, and need not let anybody in', async ({ doctor, guest, link }) => {
          await guest.crashes();
          await doctor.reads(part('interrupted'), /The other side has lost its network or closed the page/);
          const start = performance.now();
          await guest.open(link);

          await Promise.all([guest.inCall(), doctor.seesPictures('red'), guest.seesPictures('blue')]);
          process.stderr.write(`# both see each other ${Math.round(performance.now() - start)} ms after the link was opened again\n`);
        });

      step('ends with the visit', async ({ doctor, guest }) => {
        await guest.hangsUp();

        await guest.notice('hung-up');
        await doctor.backAtTheList();
      });
    },
  });
