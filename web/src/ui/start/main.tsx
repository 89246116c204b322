import { effect } from '@preact/signals';
import { render } from 'preact';
import { speakFirst, t } from '../text.ts';
import '../theme.css';
import { Start } from './start.tsx';

effect(() => {
  document.title = t('start-title');
});

const app = document.getElementById('app');
if (app) void speakFirst().then(() => render(<Start />, app));
