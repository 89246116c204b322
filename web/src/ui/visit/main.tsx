// The guest's page. The fragment leaves the address bar first.

import { effect } from '@preact/signals';
import { render } from 'preact';
import '../theme.css';
import { keepWants, takeLink } from './address.ts';
import { Arrival } from './arrival.ts';
import { VisitPage } from './page.tsx';

const { link, wants } = takeLink();
// The same link opened over this page, or another one: a new visit.
addEventListener('hashchange', () => location.hash.length > 1 && location.reload());

const arrival = new Arrival(link, wants);
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

const app = document.getElementById('app');
if (app) render(<VisitPage arrival={arrival} />, app);
