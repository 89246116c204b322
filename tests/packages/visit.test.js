// Two browsers meet through the installed packages: boot.sh tells where they are.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { journey } from '../e2e/harness/journey.js';
import { Stage } from '../e2e/harness/stage.js';

const { VISITE_LEADER: leader, VISITE_ORIGIN: origin, VISITE_CA: ca } = process.env;

const installation = {
  origin,
  ca,
  stop: () => undefined,
  async enrolmentLink(practice) {
    const { stdout } = await promisify(execFile)('nsenter', ['--target', leader, '--all', '--', 'visite', 'practice', 'add', practice]);
    return /https:\S+/.exec(stdout)[0];
  },
};

journey('a visit through the packages', {
  prepare: () => Stage.set('chromium', 'firefox', { installation }),
  cleanUp: (stage) => stage.strike(),
  steps(step) {
    step('the practice lets its guest in', (stage) => stage.meet());
    step('each sees and hears the other', async ({ doctor, guest }) => {
      await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
      await Promise.all([doctor.hearsSound(), guest.hearsSound()]);
    });
    step('signal-d is restarted, and the call goes on', async ({ doctor, guest }) => {
      await promisify(execFile)('nsenter', ['--target', leader, '--all', '--', 'systemctl', 'restart', 'signal-d', 'session-d']);
      await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
    });
  },
});
