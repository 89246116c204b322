import { effect } from '@preact/signals';
import { render } from 'preact';
import { openLocalDevices } from '../../rtc/devices.ts';
import { laterTexts, speakFirst, t } from '../text.ts';
import '../theme.css';
import { CheckPage } from './page.tsx';

effect(() => {
  document.title = t('trial-title');
});

const local = openLocalDevices();
addEventListener('pagehide', () => local.close());

const app = document.getElementById('app');
if (app) void laterTexts().then(speakFirst).then(() => render(<CheckPage local={local} />, app));
