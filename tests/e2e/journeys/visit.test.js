// A whole visit, from the enrolment link to the end, for each pair of browsers.
import assert from 'node:assert/strict';
import { journey } from '../harness/journey.js';
import { pairs } from '../harness/pairs.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

const MB = 1024 * 1024;

// Each browser is once a guest's at a desk and once a guest's phone.
for (const [doctorKind, guestKind] of pairs()) {
  const isGuestOnPhone = doctorKind !== guestKind;
  journey(`${doctorKind} calls ${guestKind}${isGuestOnPhone ? ' on a phone' : ''}`, {
    prepare: () => Stage.set(doctorKind, guestKind, { isGuestOnPhone }),
    cleanUp: (stage) => stage.strike(),
    steps: visit,
  });
}

function visit(step) {
  step('the practice makes an appointment and gets the link', async (stage) => {
    Object.assign(stage, await stage.doctor.arranges({ label: 'A.M., cough', uses: 2 }));

    assert.match(stage.link, /^https:\/\/[^/]+\/v\/[\w-]{22}#[\w-]{66}$/);
  });

  step('the name is at the practice before the guest is let in', async ({ doctor, guest, room, link }) => {
    await guest.comes(link, 'Anna M.');
    await guest.see('waiting');

    await doctor.seesGuest(room, 'Anna M.');
  });

  step('no picture and no sound goes before that', async ({ doctor, guest }) => {
    for (const side of [doctor, guest]) {
      const { state, mediaBytes, frames } = await side.media();
      assert.deepEqual({ state, mediaBytes, frames }, { state: 'connected', mediaBytes: 0, frames: 0 });
    }
  });

  step('let in, each sees the other', async ({ doctor, guest, room }) => {
    await doctor.admits(room);

    await Promise.all([doctor.inCall(), guest.inCall()]);
    await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
  });

  step('each hears the other', ({ doctor, guest }) => Promise.all([doctor.hearsSound(), guest.hearsSound()]));

  step('both have the same safety code, and the path is direct', async ({ doctor, guest }) => {
    const codes = await Promise.all([doctor, guest].map((side) => until('a safety code', () => side.safetyCode())));

    assert.equal(codes[0], codes[1]);
    await Promise.all([doctor, guest].map((side) => side.reads('[data-test="path-badge"]', 'direct', 'data-path')));
  });

  step('they chat', async ({ doctor, guest }) => {
    await doctor.says('Guten Tag, hören Sie mich?');
    await guest.hasRead('Guten Tag, hören Sie mich?');
    await guest.says('Ja!');
    await doctor.hasRead('Ja!');
  });

  step('a 20 MB file comes whole, each way', async ({ doctor, guest }) => {
    await guest.receives(await doctor.sends('from-doctor.bin', 20 * MB));
    await doctor.receives(await guest.sends('from-guest.bin', 20 * MB));
    await guest.click('panel-close');
  });

  step('the doctor shows the screen', async ({ doctor, guest }) => {
    await doctor.click('share-screen');
    await guest.see('remote-screen');
    await until('frames of the screen', async () => (await guest.media()).screenFrames > 2, 30);
    await guest.photograph('screen');

    await doctor.click('share-screen');
    await guest.gone('remote-screen');
  });

  step('muted, nothing of the microphone goes out; back on, it does', async ({ doctor, guest }) => {
    await guest.click('mute');
    await until('silence', () => doctor.hearsSilence());
    await guest.click('mute');
    await doctor.hearsSound();
  });

  step('camera off, no picture goes out any more; back on, it does', async ({ doctor, guest }) => {
    await guest.click('camera');
    await until('no picture comes', () => doctor.seesNoMore());
    await guest.click('camera');
    await doctor.seesPictures('red');
  });

  step('the guest loads the page anew and is back in the call', async ({ doctor, guest }) => {
    await guest.reload();

    await guest.inCall();
    await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
  });

  step('the doctor loads the page anew and is back in the call', async ({ doctor, guest, room }) => {
    await doctor.reload();

    await doctor.returns(room);
    await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
  });

  step('all three daemons are killed: pictures, chat and files go on', async ({ installation, doctor, guest }) => {
    await installation.killAll();

    await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
    await guest.says('Still there?');
    await doctor.hasRead('Still there?');
    await guest.receives(await doctor.sends('without-servers.bin', MB));
    await guest.click('panel-close');
  });

  step('the daemons come back, and both are known to them again', async ({ installation, doctor, guest }) => {
    const before = await Promise.all([doctor, guest].map((side) => side.heard('joined')));
    await installation.startAll();

    await Promise.all([doctor, guest].map((side, at) => until('joined again', async () => (await side.heard('joined')) > before[at], 40)));
    await Promise.all([doctor.seesPictures('red'), guest.seesPictures('blue')]);
    await doctor.photograph(`call ${doctor.browser.kind} doctor`);
    await guest.photograph(`call ${guest.browser.kind} guest${guest.isPhone ? ' phone' : ''}`);
  });

  step('the guest hangs up, and nothing stays behind on either side', async ({ doctor, guest }) => {
    await guest.hangsUp();

    await guest.notice('hung-up');
    await guest.hasLetGo();
    await doctor.gone('call');
    await doctor.hasLetGo();
  });
}
