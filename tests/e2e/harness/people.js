// The two who meet: what each does on the product's pages.
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { COLOURS, colourShown } from './picture.js';
import { part, Screen } from './screen.js';
import { until } from './until.js';

/** What both can do in a call. */
class Caller extends Screen {
  async inCall() {
    await this.see('call');
    if (this.isPhone) await this.hasAtHand('mute', 'camera', 'chat-open', 'more', 'hang-up');
  }

  /** Frames of the other's camera arrive, within so many seconds, and go on arriving. */
  async seesPictures(colour, seconds = 30) {
    const { frames } = await this.media();
    await until('frames are decoded', async () => (await this.media()).frames > frames + 10, seconds);
    if (colour) await until(`the other's picture is ${colour}`, async () => (await this.colour('remote-video')) === colour, 15);
  }

  /** Not one more frame of the other's camera in a while that is longer than the second in which Firefox repeats the last one. */
  async seesNoMore() {
    const { frames } = await this.media();
    await setTimeout(2_500);
    return (await this.media()).frames === frames;
  }

  /** What colours the others' cameras show. */
  async pictures() {
    const persons = await this.page.$$eval(part('remote-video'), (videos) => videos.map((video) => video.dataset.person));
    return Promise.all(persons.map((person) => this.page.evaluate(colourShown, `${part('remote-video')}[data-person="${person}"]`, COLOURS)));
  }

  /** These and no others, in any order. */
  async seesAll(...colours) {
    await until(`pictures in ${colours}`, async () => (await this.pictures()).toSorted().join() === colours.toSorted().join(), 40);
  }

  async hearsSound() {
    const { energy } = await this.media();
    await until('sound arrives', async () => (await this.media()).energy > energy + 1e-4, 30);
  }

  /** The energy of the other's sound stands still while pictures go on. */
  async hearsSilence() {
    const { energy, frames } = await this.media();
    const later = await until('pictures go on', async () => {
      const now = await this.media();
      return now.frames > frames + 40 && now;
    });
    return later.energy - energy < 1e-6;
  }

  async safetyCode() {
    const code = await this.get(part('safety-code'));
    return code?.replaceAll(/\D/g, '').match(/^\d{6}$/)?.[0];
  }

  async says(text) {
    if (!(await this.page.$(part('chat-input')))) await this.click('chat-open');
    await this.type('chat-input', text);
    await this.click('chat-send');
  }

  async hasRead(text) {
    const spoken = `${part('chat-message')}[data-from="peer"]`;
    await until(`the other's words: ${text}`, async () => (await this.all(spoken)).some((words) => words.includes(text)));
  }

  all(selector) {
    return this.page.$$eval(selector, (elements) => elements.map((one) => one.textContent));
  }

  /** Sends a file of random bytes; gives back its name, size and hash. */
  async sends(name, size) {
    const path = join(this.browser.home, name);
    const bytes = randomBytes(size);
    writeFileSync(path, bytes);
    const input = await this.page.waitForSelector(part('file-input'));
    await input.uploadFile(path);
    return { name, size, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  /** Sends a file that no disk would hold: any name, any claimed type. */
  async sendsAs(name, type, text) {
    const input = await this.page.waitForSelector(part('file-input'));
    await input.evaluate(
      (input, name, type, text) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([text], name, { type }));
        input.files = transfer.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));
      },
      name,
      type,
      text,
    );
  }

  async receives({ name, size, sha256 }, seconds = 120) {
    const offered = `${part('file')}[data-from="peer"]`;
    const mine = async () => {
      for (const row of await this.page.$$(offered)) if ((await row.evaluate((one) => one.textContent)).includes(name)) return row;
      return null;
    };
    const row = await until(`${name} is offered`, mine);
    await until(`${name} has come`, async () => (await row.evaluate((one) => one.dataset.state)) === 'done', seconds);
    await (await row.waitForSelector(part('file-save'))).click();
    const got = await this.saved(name, size);
    if (got !== sha256) throw new Error(`${name} came as ${got}, was sent as ${sha256}`);
  }

  async hangsUp() {
    await this.click('hang-up');
  }

  /** How many peer connections of the page were led to somebody. */
  connections() {
    return this.page.evaluate(() => window.probe.peers.filter(({ isNamed }) => isNamed).length);
  }

  /** Nothing stays behind: no camera, no microphone, no connection. */
  async hasLetGo() {
    const open = () =>
      this.page.evaluate(() => [
        ...window.probe.tracks.filter((track) => track.readyState !== 'ended').map((track) => `${track.kind} track`),
        ...window.probe.peers.filter((peer) => peer.connectionState !== 'closed').map(() => 'connection'),
        ...Object.keys(sessionStorage).map((key) => `sessionStorage ${key}`),
      ]);
    await until('tracks, connections and storage are let go', async () => (await open()).length === 0).catch(async () => {
      throw new Error(`still there after the call: ${await open()}`);
    });
  }
}

export class Doctor extends Caller {
  constructor(browser, page) {
    super(browser, page);
    // What the console shows to the server as proof of who it is; tests ask the same server for what the console's form doesn't offer.
    page.on('request', (request) => {
      this.bearer = request.headers().authorization ?? this.bearer;
    });
  }

  async enrols(link, name = 'Reception') {
    await this.open(link);
    await this.type('enrol-name', name);
    await this.click('enrol-submit');
    await this.see('console');
  }

  /** By the settings; gives back where the file was saved. */
  async makesRecoveryFile(passphrase) {
    await this.click('settings-open');
    await this.click('recovery-make', part('recovery'));
    await this.type('recovery-passphrase', passphrase);
    await this.click('recovery-save');
    await this.type('recovery-check', passphrase);
    await this.click('recovery-done');
    await this.gone('recovery-check');
    await this.click('settings-back');
    const saved = () => readdirSync(this.browser.downloads).find((name) => /^visite-recovery-.*\.json$/.test(name));
    return join(this.browser.downloads, await until('the recovery file is saved', saved));
  }

  /** `never`, `if-needed` or `only`: whether its visits may go by the operator's relay. */
  async allowsRelay(use) {
    await this.click('settings-open');
    await this.click(`relay-${use}`);
    await this.click('relay-save');
    await this.reads(`${part('relay-settings')} ${part('notice')}`, 'relay-saved', 'data-code');
    await this.click('settings-back');
  }

  /** A link for one further device, for a `doctor` or for `staff`. */
  async invitesDevice(role, passphrase) {
    await this.click('settings-open');
    await this.click('add-device');
    await this.click(`add-${role}`);
    await this.type('add-passphrase', passphrase);
    await this.click('add-begin');
    await this.see('add-link');
    return this.get(part('add-link'), 'value');
  }

  /** Opens such a link; gives back the number that this browser shows. */
  async joinsBy(link, name) {
    await this.open(link);
    await this.type('enrol-name', name);
    await this.click('enrol-submit');
    return this.number();
  }

  /** Six digits, as they are shown for comparing. */
  async number() {
    await this.see('device-number');
    return this.get(part('device-number'), 'data-number');
  }

  async confirmsDevice() {
    await this.click('comer-confirm');
    await this.click('add-close');
    await this.click('settings-back');
  }

  async revokesDevice(id) {
    const row = `${part('device')}[data-device="${id}"]`;
    await this.click('settings-open');
    await this.click('revoke-device', row);
    await this.click('revoke-sure');
    await until('the device is revoked', async () => (await this.get(row, 'data-state')) === 'revoked');
    await this.click('settings-back');
  }

  /** Brings a recovery file into a browser that has no keys. */
  async recovers(path, passphrase) {
    const input = await this.find(part('recover-file'));
    await input.uploadFile(path);
    await this.type('recover-passphrase', passphrase);
    await this.click('recover-submit');
    await this.see('console', 30);
  }

  /** An appointment by the console's form; `at` is a Date. Gives back the room's id and the guest's link. */
  async arranges({ at = new Date(), minutes = 30, label = '', uses } = {}) {
    const before = await this.rooms();
    await this.click('new-appointment');
    await this.set('appointment-date', local(at).slice(0, 10));
    await this.set('appointment-time', local(at).slice(11, 16));
    await this.set('appointment-length', String(minutes));
    if (label) await this.type('appointment-label', label);
    if (uses) await this.click('form-more');
    if (uses) await this.set('appointment-uses', String(uses));
    await this.click('appointment-save');
    return this.newOne(before);
  }

  /** An instant visit, by its button. */
  async arrangesNow() {
    const before = await this.rooms();
    await this.click('appointment-now');
    return this.newOne(before);
  }

  async newOne(before) {
    const room = await until('the new appointment is on the list', async () => (await this.rooms()).find((room) => !before.includes(room)));
    return { room, link: await this.linkOf(room) };
  }

  /** The guest's link, as the list shows it. */
  async linkOf(room) {
    await this.unfolds(room);
    return until('its link', () => this.get(`${this.item(room)} ${part('link')}`, 'value'));
  }

  /** What can be done about an appointment; it may be among those that are over. */
  async unfolds(room) {
    const more = await this.page.waitForSelector(`${this.item(room)} ${part('item-more')}`);
    await more.evaluate((button) => button.ariaExpanded === 'true' || button.click());
  }

  rooms() {
    return this.page.$$eval(part('appointment'), (items) => items.map((item) => item.dataset.room));
  }

  item(room) {
    return `${part('appointment')}[data-room="${room}"]`;
  }

  /** The names of those who wait, as they stand in the list. */
  waiting() {
    return this.page.$$eval(part('waiting-name'), (names) => names.map((one) => one.textContent));
  }

  waitingRow(room, seat = 1) {
    return `${part('waiting-guest')}[data-room="${room}"][data-seat="${seat}"]`;
  }

  /** From the call's menu or bar, wherever there was room. */
  async asksForPhoto() {
    if (!(await this.page.$(`${part('photo')}[open]`))) {
      const button = await this.page.$(part('photo-ask'));
      if (button && (await button.isVisible())) await this.click('photo-ask');
      else {
        await this.click('more');
        await this.click('menu-photo-ask');
      }
    }
    await this.click('photo-request');
  }

  async removes(person) {
    await this.click('more');
    await this.click('menu-persons-open');
    await this.click(`remove-${person}`);
    await this.click('remove-sure');
    await this.page.keyboard.press('Escape');
  }

  async seesGuest(room, name) {
    await this.reads(`${this.item(room)} ${part('guest-name')}`, name);
    await this.reads(`${this.item(room)} ${part('guest-state')}`, 'waiting', 'data-state');
  }

  async admits(room) {
    await this.click('admit', this.item(room));
  }

  /** After a reload: back by itself, or by the button where the list is shown first. */
  async returns(room) {
    await this.inCall();
  }

  async backAtTheList() {
    await this.gone('call');
    await this.see('new-appointment');
  }

  async revokes(room) {
    await this.unfolds(room);
    await this.click('revoke-link', this.item(room));
  }

  /** Asks the server as this practice, for what the console has no button for. */
  async asks(path, body) {
    await until('the console has signed in', () => this.bearer);
    const answer = await this.page.evaluate(
      async (path, body, bearer) => {
        const headers = { 'content-type': 'application/json', authorization: bearer };
        const response = await fetch(`/api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
        return { status: response.status, body: await response.json() };
      },
      path,
      body,
      this.bearer,
    );
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

export class Guest extends Caller {
  /** Opens the link, types the name, goes on past the check of camera and microphone. */
  async comes(link, name) {
    await this.open(link);
    await this.type('name-input', name);
    if (this.isPhone) await this.hasAtHand('check-continue');
    await this.click('check-continue');
  }

  /** The same person, in a further tab of the same browser. */
  async inAnotherTab() {
    return new Guest(this.browser, await this.browser.page(this.page.browserContext()));
  }

  /** The tab's process dies, and with it all that the page knew. Chromium alone can be told to. */
  async crashes() {
    const crashed = new Promise((done) => this.page.once('error', done));
    const devtools = await this.page.createCDPSession();
    devtools.send('Page.crash').catch(() => {});
    await crashed;
  }
}

/** As `<input type=date>` and `<input type=time>` want it: local time. */
function local(date) {
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString();
}
