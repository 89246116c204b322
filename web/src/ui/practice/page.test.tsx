// @vitest-environment happy-dom
import { act } from 'preact/test-utils';
import { describe, expect, it } from 'vitest';
import { language } from '../text.ts';
import { browserName } from './browser-name.ts';
import { app, appears, click, enrols, entrance, eventually, field, fill, notice, opens, opensAgain, part, server, submit, unfolds, prepare } from './pretend-page.tsx';

prepare();

describe('coming in', () => {
  it('a stranger is told how to get in', async () => {
    await opens(null);

    expect(part('stranger')?.textContent).toContain('enrolment link');
  });

  it('a link leads to a form with a name in it, and that to the console', async () => {
    await opens('CODE');
    expect(field('enrol-name').value).not.toBe('');

    await fill('enrol-name', 'Reception');
    await submit('enrol-submit');

    await appears('console');
    expect(app.textContent).toContain('Praxis am Finkenweg');
    expect(app.textContent).toContain('Reception');
  });

  it('a name that the server would refuse is refused at its field', async () => {
    await opens('CODE');
    await fill('enrol-name', '   ');
    await submit('enrol-submit');

    expect(field('enrol-name').getAttribute('aria-invalid')).toBe('true');
    expect(server.asked).not.toContain('enrol');
  });

  it('a spent link says so, and can be put away', async () => {
    await opens('SPENT');
    await submit('enrol-submit');
    await eventually(() => expect(notice()).toBe('enrolment-invalid'));

    await click('enrol-give-up');

    await appears('stranger');
  });

  it('a further link in a browser that is a device is not used', async () => {
    await enrols();
    await opensAgain('OTHER');

    await eventually(() => expect(notice()).toBe('already-enrolled'));
    expect(server.asked.filter((path) => path === 'enrol').length).toBe(1);
  });

  it('a revoked device is told so', async () => {
    await enrols();
    server.devices.clear();
    await opensAgain(null);

    await eventually(() => expect(notice()).toBe('signed-out'));
  });

  it('a revoked device with a new link is enrolled again, and finds its appointments', async () => {
    await enrols();
    await click('appointment-now');
    await appears('link');
    const before = field('link').value;
    server.devices.clear();
    server.codes.add('AGAIN');
    await opensAgain('AGAIN');
    await appears('enrol-submit');

    await submit('enrol-submit');

    await unfolds();
    expect(field('link').value).toBe(before);
  });
});

it('consent that is settled goes to those who have an appointment already', async () => {
  await enrols();
  await click('appointment-now');
  await appears('link');
  await click('settings-open');
  await appears('consent-settings');
  const { value: place } = entrance.place;
  if (place.name !== 'console' || !place.console.identity) throw new Error(place.name);
  const { settings, identity } = place.console;
  await eventually(() => expect(settings.state.value).toBe('fresh'));
  expect(server.asked.some((path) => path.endsWith('/welcome'))).toBe(false);

  await settings.save({ ...settings.draft(), policy: 'asked' }, identity);

  await eventually(() => expect(server.asked.filter((path) => path.endsWith('/welcome')).length).toBe(1));
});

describe('languages', () => {
  it('are changed on the spot', async () => {
    await enrols();
    expect(app.textContent).toContain('New appointment');

    await act(() => {
      language.value = 'de';
    });

    expect(app.textContent).toContain('Neuer Termin');
  });
});

it('a browser is called by what people call it', () => {
  const agent = (rest: string) => browserName(`Mozilla/5.0 ${rest}`);

  expect(agent('(Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0')).toBe('Edge, Windows');
  expect(agent('(Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15')).toBe('Safari, Mac');
  expect(agent('(X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox, Linux');
  expect(agent('(iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile Safari/604.1')).toBe('Chrome, iPhone');
  expect(browserName('something else')).toBe('');
});
