import { render } from 'preact';
import '../theme.css';
import { Start } from './start.tsx';

const app = document.getElementById('app');
if (app) render(<Start />, app);
