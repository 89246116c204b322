// A whole visit without a mouse: everything is reached with Tab, done with Enter, and seen to have the keyboard.
import assert from 'node:assert/strict';
import { journey } from '../harness/journey.js';
import { press, whoHasIt, write } from '../harness/keyboard.js';
import { pairs } from '../harness/pairs.js';
import { part } from '../harness/screen.js';
import { Stage } from '../harness/stage.js';
import { until } from '../harness/until.js';

// What a browser does with the keyboard is its own affair, and not the other side's.
for (const [doctorKind, guestKind] of pairs().filter(([doctor, guest]) => doctor === guest))
  journey(`a visit by keyboard alone, ${doctorKind} calls ${guestKind}`, {
    prepare: () => Stage.set(doctorKind, guestKind),
    cleanUp: (stage) => stage.strike(),
    steps(step) {
      step('the practice arranges a visit that begins now', async (stage) => {
        const { doctor } = stage;
        const before = await doctor.rooms();
        await press(doctor, 'appointment-now');
        Object.assign(stage, await doctor.newOne(before));
      });

      step('the guest says its name and goes on', async ({ guest, link }) => {
        await guest.open(link);
        await write(guest, 'name-input', 'Anna M.');
        await press(guest, 'check-continue');
        await guest.see('waiting');
      });

      step('the practice lets it in', async ({ doctor, guest, room }) => {
        await doctor.seesGuest(room, 'Anna M.');
        await press(doctor, 'admit', doctor.item(room));
        await Promise.all([doctor.inCall(), guest.inCall()]);
      });

      step('each mutes itself and is back', async ({ doctor, guest }) => {
        for (const side of [doctor, guest]) {
          const pressed = () => side.get(part('mute'), 'aria-pressed');
          await press(side, 'mute');
          await until('muted', async () => (await pressed()) === 'true');
          await side.page.keyboard.press('Enter');
          await until('not muted any more', async () => (await pressed()) === 'false');
        }
      });

      step('they chat; Escape closes the chat and gives the keyboard back', async ({ doctor, guest }) => {
        await press(guest, 'chat-open');
        await until('the chat has the keyboard', async () => (await whoHasIt(guest)) === 'chat-input');
        await guest.page.keyboard.type('Guten Tag');
        await guest.page.keyboard.press('Enter');
        await press(doctor, 'chat-open');
        await doctor.hasRead('Guten Tag');
        await guest.page.keyboard.press('Escape');
        await guest.gone('chat-input');
        assert.equal(await whoHasIt(guest), 'chat-open');
      });

      step('the explanation of the connection opens and closes', async ({ guest }) => {
        await press(guest, 'call-facts');
        await guest.find('dialog[open]');
        await guest.page.keyboard.press('Escape');
        await until('it is closed', async () => (await guest.page.$('dialog[open]')) === null);
        assert.equal(await whoHasIt(guest), 'call-facts');
      });

      step('the guest hangs up', async ({ doctor, guest }) => {
        await press(guest, 'hang-up');
        await guest.notice('hung-up');
        await doctor.gone('call');
      });
    },
  });
