// The practice's page. The ticket of a link leaves the address bar first.

import { render } from 'preact';
import { practiceVisit } from '../../drive/visit.ts';
import { takeTicket } from '../../practice/enrol.ts';
import { openLocalDevices } from '../../rtc/devices.ts';
import '../theme.css';
import { Entrance } from './entrance.ts';
import { PracticePage } from './page.tsx';

const ticket = takeTicket(location, history);
// Another link opened over this page.
addEventListener('hashchange', () => location.hash.length > 1 && location.reload());
// Back from the browser's memory of pages: what the page was doing ended when it was left.
addEventListener('pageshow', ({ persisted }) => persisted && location.reload());

const entrance = new Entrance({ ticket, origin: location.origin, local: openLocalDevices({ keepsChoices: true }), visit: practiceVisit });
void entrance.open();

const app = document.getElementById('app');
if (app) render(<PracticePage entrance={entrance} />, app);
