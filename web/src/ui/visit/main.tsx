// The guest's page. The fragment leaves the address bar first.

import { effect } from '@preact/signals';
import { render } from 'preact';
import { speakFirst, t } from '../text.ts';
import '../theme.css';
import { dropLink, isLinkKept, keepLink, keepWants, takeLink } from './address.ts';
import { Arrival } from './arrival.ts';
import { VisitPage } from './page.tsx';

const { link, wants, hasEnded } = takeLink();
// The same link opened over this page, or another one: a new visit.
addEventListener('hashchange', () => location.hash.length > 1 && location.reload());

const arrival = new Arrival(link, wants, hasEnded);
arrival.begin();

// What is on or off in the call stays so over a reload. What failed or is still opening says nothing about what is wanted.
effect(() => {
  const place = arrival.place.value;
  if (place.name !== 'inside') return;
  const { phase } = place.visit.call.value;
  if (phase.name !== 'in-call') return;
  const { camera, microphone } = place.visit.local.media.value;
  const isSettled = ['on', 'off'].includes(camera.state) && ['on', 'muted'].includes(microphone.state);
  if (isSettled) keepWants({ camera: camera.state === 'on', microphone: microphone.state === 'on' });
});

// Out of an open consultation hour the way leads to a room of one's own, and so does a reload from then on.
effect(() => {
  const now = arrival.link.value;
  if (now && now.invite !== link?.invite) keepLink(now, wants);
});

// Nothing of the link stays behind a visit that is over; who goes back into the waiting room needs it for reloads again.
effect(() => {
  const place = arrival.place.value;
  if (place.name !== 'inside') return;
  const { phase } = place.visit.call.value;
  const isEnd = phase.name === 'over' && ['hung-up', 'peer-left', 'closed', 'over'].includes(phase.reason);
  if (isEnd) dropLink();
  else if (!isLinkKept() && arrival.link.value) keepLink(arrival.link.value, wants);
});

effect(() => {
  document.title = t('start-title');
});

const app = document.getElementById('app');
if (app) void speakFirst().then(() => render(<VisitPage arrival={arrival} />, app));
