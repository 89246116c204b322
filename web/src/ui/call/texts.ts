import { addTexts } from '../text.ts';
import de from '../text/de/call.ftl?raw';
import en from '../text/en/call.ftl?raw';

addTexts({ de, en });
